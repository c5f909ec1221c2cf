using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TypedShmQueue.Generator.Tests.Rules.Usage;

/// <summary>Calling a queue: TSQ018, TSQ023, TSQ026, TSQ027, TSQ028 and TSQ030.</summary>
public sealed class CallRuleTests
{
    [Theory]
    [InlineData("waits.EnqueueShift(new Calm(1));")]
    [InlineData("waits?.EnqueueShift(new Calm(1));")]
    [InlineData("_ = waits.EnqueueShift(new Calm(1), out var old);")]
    [InlineData("waits?.EnqueueShift(new Calm(1))?.ToString();")]
    public Task TSQ018_says_why_there_is_none(string body) =>
        Misuse.Is("TSQ018", "EnqueueShift", "'CalmQueue' has no EnqueueShift, since 'Calm' is declared with Overflow.Wait", body);

    [Theory]
    [InlineData("many.EnqueueShift(new Ping(1)); one.EnqueueShift(new Solo(1), out var old);")]
    [InlineData("waits.Enqueue(new Calm(1));")]
    public Task Ways_to_enqueue_that_exist_are_accepted(string body) => Misuse.IsNone(body);

    [Theory]
    [InlineData("many.TryEnqueue(new Ping(1));", "the message was not sent")]
    [InlineData("many?.TryEnqueue(new Ping(1), TimeSpan.Zero);", "the message was not sent")]
    [InlineData("many.TryEnqueue(new Ping[2]);", "how many messages were sent")]
    [InlineData("many.TryDequeue(out var ping);", "there was no message")]
    [InlineData("many.TryDequeue(new Ping[2]);", "how many messages were taken")]
    [InlineData("many.Dequeue(new Ping[2]);", "how many messages were taken")]
    [InlineData("many.TryPeek(out _);", "there was no message")]
    [InlineData("many.EnqueueAsync(new Ping(1));", "it is not awaited")]
    [InlineData("many?.DequeueAsync();", "it is not awaited")]
    [InlineData("((IShmProducer<Ping>)many).TryEnqueue(new Ping(1));", "the message was not sent")]
    [InlineData("if (quotes.TryRead(out var reader)) { Console.WriteLine(reader[0]); reader.Release(); }", "do not use what was read",
        "reader.Release();")]
    public Task TSQ023_says_what_is_missed(string body, string text, string? squiggle = null) =>
        Misuse.Is("TSQ023", squiggle ?? body, text, body);

    [Theory]
    [InlineData("_ = many.TryEnqueue(new Ping(1));")]
    [InlineData("_ = many.EnqueueAsync(new Ping(1)); many.DequeueAsync().AsTask().Wait();")]
    [InlineData("_ = Task.Run(async () => { await many.EnqueueAsync(new Ping(1)); await many.DequeueAsync(); });")]
    [InlineData("while (many.TryDequeue(out var ping)) Console.WriteLine(ping);")]
    [InlineData("var taken = many.Dequeue(new Ping[2]); Console.WriteLine(taken);")]
    [InlineData("many.Dequeue(); many.Enqueue(new Ping[2]); many.EnqueueShift(new Ping(1));")]
    public Task A_result_that_is_used_or_discarded_is_accepted(string body) => Misuse.IsNone(body);

    [Theory]
    [InlineData("Parallel.For(0, 4, _ => one.Dequeue());", "one.Dequeue()", "Consumers = Endpoints.One")]
    [InlineData("Parallel.ForEach(new int[4], number => { one.Enqueue(new Solo(number)); });", "one.Enqueue(new Solo(number))",
        "Producers = Endpoints.One")]
    [InlineData("Parallel.Invoke(() => one.Enqueue(new Solo(1)), () => one.Enqueue(new Solo(2)));", "one.Enqueue(new Solo(2))",
        "Producers = Endpoints.One")]
    [InlineData("for (var i = 0; i < 4; i++) Task.Run(() => one.Enqueue(new Solo(1)));", "one.Enqueue(new Solo(1))",
        "Producers = Endpoints.One")]
    [InlineData("foreach (var i in new int[4]) new Thread(() => one.Enqueue(new Solo(i))).Start();", "one.Enqueue(new Solo(i))",
        "Producers = Endpoints.One")]
    [InlineData("while (one.Count < 4) ThreadPool.QueueUserWorkItem(_ => one.Enqueue(new Solo(1)));", "one.Enqueue(new Solo(1))",
        "Producers = Endpoints.One")]
    [InlineData("Task.WaitAll([.. System.Linq.Enumerable.Select(new int[4], i => Task.Run(() => one.Enqueue(new Solo(i))))]);",
        "one.Enqueue(new Solo(i))", "Producers = Endpoints.One")]
    [InlineData("Task.WaitAll([.. System.Linq.Enumerable.Select(new int[4], async i => await Task.Run(() => one.Dequeue()))]);",
        "one.Dequeue()", "Consumers = Endpoints.One")]
    [InlineData("var a = Task.Run(() => one.Enqueue(new Solo(1))); var b = Task.Factory.StartNew(() => one.Enqueue(new Solo(2))); "
        + "Task.WaitAll(a, b);", "one.Enqueue(new Solo(2))", "Producers = Endpoints.One")]
    [InlineData("var a = new Thread(() => one.Enqueue(new Solo(1))); var b = new Thread(() => one.Enqueue(new Solo(2))); a.Start(); "
        + "b.Start();", "one.Enqueue(new Solo(2))", "Producers = Endpoints.One")]
    [InlineData("System.Linq.ParallelEnumerable.ForAll(System.Linq.ParallelEnumerable.Range(0, 4), i => one.EnqueueShift(new Solo(i)));",
        "one.EnqueueShift(new Solo(i))", "'SoloQueue'")]
    public Task TSQ026_finds_a_role_in_a_parallel_loop(string body, string squiggle, string text) =>
        Misuse.Is("TSQ026", squiggle, text, body);

    [Theory]
    [InlineData("Parallel.For(0, 4, _ => many.Dequeue());")]
    [InlineData("Parallel.Invoke(() => one.Enqueue(new Solo(1)), () => Console.WriteLine(one.Dequeue()));")]
    [InlineData("var gate = new object(); Parallel.For(0, 4, i => { lock (gate) one.Enqueue(new Solo(i)); });")]
    [InlineData("Parallel.For(0, 4, new ParallelOptions { MaxDegreeOfParallelism = 1 }, i => one.Enqueue(new Solo(i)));")]
    [InlineData("var slow = new ParallelOptions { MaxDegreeOfParallelism = 1 }; Parallel.For(0, 4, slow, i => one.Enqueue(new Solo(i)));")]
    [InlineData("System.Linq.ParallelEnumerable.ForAll(System.Linq.ParallelEnumerable.WithDegreeOfParallelism("
        + "System.Linq.ParallelEnumerable.Range(0, 4), 1), i => one.Enqueue(new Solo(i)));")]
    [InlineData("var a = Task.Run(() => one.Enqueue(new Solo(1))); var b = Task.Run(() => one.Dequeue()); Task.WaitAll(a, b);")]
    [InlineData("for (var i = 0; i < 4; i++) Task.Run(() => one.Enqueue(new Solo(1))).Wait();")]
    [InlineData("for (var i = 0; i < 4; i++) { var thread = new Thread(() => one.Enqueue(new Solo(1))); thread.Start(); thread.Join(); }")]
    [InlineData("var a = Task.Run(() => one.Enqueue(new Solo(1))); a.Wait(); var b = Task.Run(() => one.Enqueue(new Solo(2))); b.Wait();")]
    [InlineData("Task.Run(() => { for (var i = 0; i < 4; i++) one.Enqueue(new Solo(i)); }).Wait();")]
    [InlineData("for (var i = 0; i < 4; i++) { var own = SoloQueue.Open(i + \"\"); Task.Run(() => "
        + "{ using (own) own.Enqueue(new Solo(1)); }); }")]
    [InlineData("if (one.Count > 0) Task.Run(() => one.Enqueue(new Solo(1))); else Task.Run(() => one.Enqueue(new Solo(2)));")]
    [InlineData("""Parallel.For(0, 4, i => { using var own = SoloQueue.Open(i.ToString()); own.Enqueue(new Solo(i)); });""")]
    [InlineData("for (var i = 0; i < 4; i++) one.Enqueue(new Solo(i));")]
    [InlineData("Parallel.For(0, 4, _ => Console.WriteLine(one.Count));")]
    public Task A_role_of_one_thread_is_accepted(string body) => Misuse.IsNone(body);

    [Theory]
    [InlineData("while (!many.TryEnqueue(new Ping(1))) ;", "!many.TryEnqueue(new Ping(1))", "'Enqueue' waits")]
    [InlineData("while (!many.TryEnqueue(new Ping(1))) Thread.Sleep(1);", "!many.TryEnqueue(new Ping(1))", "'Enqueue' waits")]
    [InlineData("Ping ping; while (!many.TryDequeue(out ping)) { Thread.Yield(); Thread.SpinWait(20); }", "!many.TryDequeue(out ping)",
        "'Dequeue' waits")]
    [InlineData("var spin = new SpinWait(); while (!many.TryDequeue(out _)) spin.SpinOnce();", "!many.TryDequeue(out _)",
        "'Dequeue' waits")]
    public Task TSQ027_finds_a_loop_that_only_polls(string body, string squiggle, string text) => Misuse.Is("TSQ027", squiggle, text, body);

    [Theory]
    [InlineData("while (!many.TryEnqueue(new Ping(1))) if (many.IsDeleted) return;")]
    [InlineData("while (!many.TryEnqueue(new Ping(1), TimeSpan.FromSeconds(1))) ;")]
    [InlineData("while (many.TryDequeue(out _)) ;")]
    public Task A_loop_that_looks_at_something_else_is_accepted(string body) => Misuse.IsNone(body);

    [Theory]
    [InlineData("if (!many.IsEmpty) many.Dequeue();", "IsEmpty")]
    [InlineData("while (many.Count > 0) { Console.WriteLine(many.Dequeue()); }", "Count")]
    [InlineData("Console.WriteLine(many.IsEmpty ? default : many.Dequeue());", "IsEmpty")]
    [InlineData("Console.WriteLine(many.Count >= 1 ? many.Dequeue() : default);", "Count")]
    [InlineData("if (many.IsEmpty) Console.WriteLine(); else many.Dequeue();", "IsEmpty")]
    [InlineData("if (0 < many.Count && Kept > 0) many.Dequeue();", "Count")]
    [InlineData("if (many.Count is > 0) many.Dequeue();", "Count")]
    [InlineData("if (many.IsEmpty == false) many.Dequeue();", "IsEmpty")]
    [InlineData("if (!many.IsEmpty && many.Dequeue().Number > 0) Console.WriteLine();", "IsEmpty")]
    public Task TSQ028_finds_a_look_that_may_be_old(string body, string text) =>
        Misuse.Is("TSQ028", "many.Dequeue()", $"Between '{text}' and Dequeue", body);

    [Theory]
    [InlineData("if (!one.IsEmpty) one.Dequeue();")]
    [InlineData("if (!many.IsEmpty) many.Dequeue(CancellationToken.None);")]
    [InlineData("if (waits.IsEmpty) many.Dequeue();")]
    [InlineData("if (many.Count > 0) Console.WriteLine(); else many.Dequeue();")]
    [InlineData("if (many.IsEmpty) { Console.WriteLine(); many.Dequeue(); }")]
    [InlineData("while (many.Count < 4) many.Dequeue();")]
    [InlineData("while (Kept > 0 || !many.IsEmpty) many.Dequeue();")]
    [InlineData("Console.WriteLine(many.IsEmpty ? many.Dequeue() : default);")]
    [InlineData("if (many.Count == 0 || Kept > 0) many.Dequeue();")]
    public Task A_look_that_nobody_else_can_spoil_is_accepted(string body) => Misuse.IsNone(body);

    [Theory]
    [InlineData("many.Enqueue(default);", "default", "'Enqueue' sends nothing")]
    [InlineData("many.Enqueue(default, CancellationToken.None);", "default", "as in default(Ping)")]
    [InlineData("if (many.TryEnqueue(default) == 0) return;", "default", "'TryEnqueue' sends nothing")]
    [InlineData("many.Enqueue(new());", "new()", "'new()' is taken for an empty batch")]
    [InlineData("((IShmProducer<Ping>)many).Enqueue(default);", "default", "as in default(Ping)")]
    [InlineData("many?.Enqueue(messages: default);", "default", "as in default(Ping)")]
    public async Task TSQ030_finds_a_default_that_is_an_empty_batch(string body, string squiggle, string text)
    {
        var diagnostic = (await AnalyzerRun.Of(TestCompilation.Create(LanguageVersion.CSharp12, NullableContextOptions.Enable,
            Misuse.In(body)))).ShouldHaveSingleItem();

        diagnostic.Id.ShouldBe("TSQ030");
        diagnostic.Location.SourceTree!.GetText().ToString(diagnostic.Location.SourceSpan).ShouldBe(squiggle);
        diagnostic.GetMessage(CultureInfo.InvariantCulture).ShouldContain(text);
    }

    /// <summary>From C# 13 on the compiler asks the methods which of them it should prefer, and they say the one message.</summary>
    [Theory]
    [InlineData("many.Enqueue(default);")]
    [InlineData("many.Enqueue(new());")]
    [InlineData("if (!many.TryEnqueue(default)) return;")]
    [InlineData("((IShmProducer<Ping>)many).Enqueue(default, CancellationToken.None);")]
    public Task A_default_is_a_message_in_newer_languages(string body) => Misuse.IsNone(body);

    [Theory]
    [InlineData("many.Enqueue(default(Ping)); many.Enqueue(new Ping());")]
    [InlineData("many.Enqueue(default(ReadOnlySpan<Ping>)); many.Enqueue([]); many.Enqueue(ReadOnlySpan<Ping>.Empty);")]
    [InlineData("_ = many.TryEnqueue(default, TimeSpan.Zero) && many.EnqueueShift(default);")]
    [InlineData("many.EnqueueAsync(default).AsTask().Wait();")]
    public Task A_message_or_a_batch_that_names_itself_is_accepted(string body) => Misuse.IsNone(body);
}

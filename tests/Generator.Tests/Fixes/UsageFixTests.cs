using Microsoft.CodeAnalysis.CSharp;
using TypedShmQueue.Generator.Tests.Rules.Usage;

namespace TypedShmQueue.Generator.Tests.Fixes;

/// <summary>What mends the use of a queue: TSQ018, TSQ020, TSQ022, TSQ024, TSQ027 and TSQ030.</summary>
public sealed class UsageFixTests
{
    [Fact]
    public Task The_message_is_declared_with_overflow_any() => FixRun.ShouldFixAll("TSQ018", "Declare the message with Overflow.Any",
        [Misuse.In("waits.EnqueueShift(new Calm(1)); waits.EnqueueShift(new Calm(2));")],
        [Misuse.In("waits.EnqueueShift(new Calm(1)); waits.EnqueueShift(new Calm(2));")
            .Replace("Overflow.Wait", "Overflow.Any", StringComparison.Ordinal)]);

    [Fact]
    public Task The_message_may_be_in_another_file() => FixRun.ShouldFixAll("TSQ018", "Declare the message with Overflow.Any",
        ["internal static class User { internal static void Run(MQueue queue) => queue.EnqueueShift(default); }",
            "[TypedShmQueue.ShmQueue(Overflow = TypedShmQueue.Overflow.Wait)] internal record struct M(int Number);"],
        ["internal static class User { internal static void Run(MQueue queue) => queue.EnqueueShift(default); }",
            "[TypedShmQueue.ShmQueue(Overflow = TypedShmQueue.Overflow.Any)] internal record struct M(int Number);"]);

    [Theory]
    [InlineData("{ writer.Value.Number = 1; writer.Commit(); }", "{ using (writer) { writer.Value.Number = 1; writer.Commit(); } }")]
    [InlineData("writer.Commit();", "{ using (writer) writer.Commit(); }")]
    public async Task A_writer_goes_into_a_using(string before, string after)
    {
        var fixedText = await FixRun.Fixed("TSQ020", "Put it in a using", Misuse.In("if (many.TryClaim(out var writer)) " + before));

        // Where the line breaks go is the formatter's affair.
        OneLine(fixedText).ShouldBe(OneLine(Misuse.In("if (many.TryClaim(out var writer)) " + after)));
    }

    private static string OneLine(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    [Theory]
    [InlineData("""var queue = PingQueue.Open("pings"); queue.Complete();""")]
    [InlineData("""/* why */ PingQueue queue = PingQueue.OpenOrCreate("pings"); // what""")]
    public Task A_handle_is_declared_with_using(string body) => FixRun.ShouldFix("TSQ022", "Put it in a using",
        Misuse.In(body + "\n"), Misuse.In((body.StartsWith("/*", StringComparison.Ordinal)
            ? body.Insert(body.IndexOf("*/", StringComparison.Ordinal) + 3, "using ")
            : "using " + body) + "\n"));

    [Fact]
    public async Task A_handle_that_is_dropped_has_no_clear_mend() =>
        (await FixRun.Titles("TSQ022", Misuse.In("""PingQueue.Open("pings");"""))).ShouldBeEmpty();

    [Theory]
    [InlineData("""Keep(new PingQueue("pings"));""", """Keep(PingQueue.OpenOrCreate("pings"));""")]
    [InlineData("""Keep(/* a */ new /* b */ PingQueue /* c */ (/* d */ "pings") /* e */);""",
        """Keep(/* a */ PingQueue.OpenOrCreate(/* d */ "pings") /* b */ /* c */ /* e */);""")]
    [InlineData("""using PingQueue queue = new("pings", null);""", """using PingQueue queue = PingQueue.OpenOrCreate("pings", null);""")]
    public Task A_queue_is_opened_or_created(string before, string after) =>
        FixRun.ShouldFix("TSQ024", "Use OpenOrCreate", Misuse.In(before), Misuse.In(after));

    [Theory]
    [InlineData("while (!many.TryEnqueue(new Ping(1))) Thread.Sleep(1); // until there is room",
        "many.Enqueue(new Ping(1)); // until there is room")]
    [InlineData("Ping ping; while (!many.TryDequeue(out ping)) { } Console.WriteLine(ping);",
        "Ping ping; ping = many.Dequeue(); Console.WriteLine(ping);")]
    [InlineData(
        "// first\n            while (!many.TryEnqueue(/* what */ new Ping(1))) // the reader is slow\n            {\n                "
            + "Thread.Sleep(1); /* a little */\n            } // last",
        "// first\n            // the reader is slow\n            /* a little */\n            many.Enqueue(/* what */ new Ping(1)); "
            + "// last")]
    public Task A_loop_becomes_a_wait(string before, string after) =>
        FixRun.ShouldFix("TSQ027", "Wait for it", Misuse.In(before + "\n"), Misuse.In(after + "\n"));

    [Fact]
    public async Task A_loop_with_a_condition_of_the_preprocessor_has_no_clear_mend() => (await FixRun.Titles("TSQ027",
        Misuse.In("while (!many.TryEnqueue(new Ping(1)))\n{\n#if SLOW\nThread.Sleep(1);\n#endif\n}\n"))).ShouldBeEmpty();

    [Theory]
    [InlineData("many.Enqueue(default); many.Enqueue(/* a */ default /* b */, CancellationToken.None);",
        "many.Enqueue(default(Ping)); many.Enqueue(/* a */ default(Ping) /* b */, CancellationToken.None);")]
    [InlineData("many.Enqueue(new()); // nothing yet", "many.Enqueue(new Ping()); // nothing yet")]
    [InlineData("many.Enqueue(new /* a */ (/* b */) /* c */);", "many.Enqueue(new Ping() /* a */ /* b */ /* c */);")]
    [InlineData("many.Enqueue(messages: default);", "many.Enqueue(message: default(Ping));")]
    public Task A_default_becomes_a_message(string before, string after) =>
        FixRun.ShouldFixAll("TSQ030", "Send a message", [Misuse.In(before + "\n")], [Misuse.In(after + "\n")], LanguageVersion.CSharp12);

    [Fact]
    public async Task Null_has_no_clear_mend() => (await FixRun.Titles("TSQ030", LanguageVersion.CSharp12,
        """
        using TypedShmQueue;
        [MemoryPack.MemoryPackable, ShmQueue(MaxMessageBytes = 60)] internal sealed record Note(string Text);
        internal static class User { internal static void Send(NoteQueue notes) => notes.Enqueue(default); }
        """)).ShouldBeEmpty();
}

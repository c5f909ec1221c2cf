namespace TypedShmQueue.Generator.Tests.Rules.Usage;

/// <summary>Making and keeping a handle: TSQ022 and TSQ024.</summary>
public sealed class HandleRuleTests
{
    [Theory]
    [InlineData("""PingQueue.Open("pings");""", """PingQueue.Open("pings")""")]
    [InlineData("""var queue = PingQueue.OpenOrCreate("pings"); queue.Enqueue(new Ping(1));""", """PingQueue.OpenOrCreate("pings")""")]
    [InlineData("""PingQueue? queue = PingQueue.Create("pings"); if (queue != null && queue.Count > 0) queue?.Complete();""",
        """PingQueue.Create("pings")""")]
    [InlineData("""if (PingQueue.TryOpen("pings", out var queue)) queue.Complete();""", """PingQueue.TryOpen("pings", out var queue)""")]
    [InlineData("""PingQueue.OpenOrCreate("pings").Enqueue(new Ping(1));""", """PingQueue.OpenOrCreate("pings")""")]
    [InlineData("""Console.WriteLine(PingQueue.Open("pings").Count);""", """PingQueue.Open("pings")""")]
    [InlineData("""foreach (var ping in PingQueue.Open("pings").ReadAllAsync().ToBlockingEnumerable()) Console.WriteLine(ping);""",
        """PingQueue.Open("pings")""")]
    [InlineData("""if (PingQueue.TryOpen("pings", out _)) return;""", """PingQueue.TryOpen("pings", out _)""")]
    [InlineData("""_ = PingQueue.OpenOrCreate("pings");""", """PingQueue.OpenOrCreate("pings")""")]
    [InlineData("""PingQueue? queue = PingQueue.Open("pings"); if (queue is { Count: > 0 }) queue?.GetStatistics().ToString();""",
        """PingQueue.Open("pings")""")]
    public Task TSQ022_asks_for_a_using(string body, string squiggle) => Misuse.Is("TSQ022", squiggle, "neither disposed nor stored", body);

    [Theory]
    [InlineData("""var queue = PingQueue.Open("pings"); Stream = queue.ReadAllAsync();""", "ReadAllAsync")]
    [InlineData("""var queue = PingQueue.Open("pings"); Stream = queue?.ReadAllAsync();""", "ReadAllAsync")]
    [InlineData("""var queue = PingQueue.Open("pings"); KeepReader(queue.AsChannelReader());""", "AsChannelReader")]
    [InlineData("""var queue = PingQueue.Open("pings"); Task task = queue.DequeueAsync().AsTask(); task.Wait();""", "DequeueAsync")]
    [InlineData("""Stream = PingQueue.Open("pings").ReadAllAsync();""", "ReadAllAsync")]
    [InlineData("""if (PingQueue.TryOpen("pings", out var queue)) Stream = queue.ReadAllAsync();""", "ReadAllAsync")]
    public async Task TSQ022_offers_no_using_around_what_is_needed_longer(string body, string dependent)
    {
        (await AnalyzerRun.Of(Misuse.In(body))).ShouldHaveSingleItem().GetMessage(System.Globalization.CultureInfo.InvariantCulture)
            .ShouldContain($"what '{dependent}' returns works only while the handle is open");
        (await FixRun.Titles("TSQ022", Misuse.In(body))).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""var queue = PingQueue.Open("pings"); queue.DequeueAsync().AsTask().Wait();""")]
    [InlineData("var queue = PingQueue.Open(\"pings\"); "
        + "foreach (var ping in queue.ReadAllAsync().ToBlockingEnumerable()) Console.WriteLine(ping);")]
    [InlineData("Func<Task> run = async () => { var queue = PingQueue.Open(\"pings\"); "
        + "await queue.EnqueueAsync(new Ping(1)).ConfigureAwait(false); }; run().Wait();")]
    [InlineData("Func<Task> run = async () => { var queue = PingQueue.Open(\"pings\"); "
        + "await foreach (var ping in queue.ReadAllAsync()) Console.WriteLine(ping); }; run().Wait();")]
    public async Task TSQ022_offers_a_using_around_what_is_used_up(string body) =>
        (await FixRun.Titles("TSQ022", Misuse.In(body))).ShouldBe(["Put it in a using"]);

    [Fact]
    public async Task TSQ022_offers_no_using_that_ends_before_the_last_use() => (await FixRun.Titles("TSQ022", Misuse.In(
        """if (PingQueue.TryOpen("pings", out var queue)) queue.Complete(); Console.WriteLine(queue?.Count);"""))).ShouldBeEmpty();

    [Fact]
    public Task What_a_user_adds_to_a_queue_may_keep_it() => AnalyzerRun.ShouldAccept(
        """
        [TypedShmQueue.ShmQueue] internal record struct Ping(int Number);
        internal sealed partial class PingQueue
        {
            private static PingQueue? s_kept;
            internal void Keep() => s_kept = this;
            internal static int Kept => s_kept?.Count ?? 0;
            internal bool IsKept { get { s_kept = this; return true; } }
        }
        internal static class Extensions
        {
            extension(PingQueue queue) { internal void KeepToo() => queue.Keep(); internal bool IsKeptToo => queue.IsKept; }
        }
        internal static class User
        {
            internal static void A() { var queue = PingQueue.Open("a"); queue.Keep(); }
            internal static bool B() { var queue = PingQueue.Open("b"); return queue.IsKept; }
            internal static void C() { var queue = PingQueue.Open("c"); queue.KeepToo(); }
            internal static bool D() { var queue = PingQueue.Open("d"); return queue.IsKeptToo; }
            internal static void E() => PingQueue.Open("e").Keep();
            internal static void F() { PingQueue? queue = PingQueue.Open("f"); queue?.Keep(); }
        }
        """);

    [Theory]
    [InlineData("""using var queue = PingQueue.Open("pings"); queue.Complete();""")]
    [InlineData("""var queue = PingQueue.Open("pings"); if (queue is { } kept) Keep(kept);""")]
    [InlineData("""var queue = PingQueue.Open("pings"); if (queue is PingQueue kept) Keep(kept);""")]
    [InlineData("""if (PingQueue.Open("pings") is { IsCompleted: false } kept) Keep(kept);""")]
    [InlineData("""using (var queue = PingQueue.Open("pings")) queue.Complete();""")]
    [InlineData("""using (PingQueue.Open("pings")) { }""")]
    [InlineData("""var queue = PingQueue.Open("pings"); try { queue.Complete(); } finally { queue.Dispose(); }""")]
    [InlineData("""PingQueue? queue = PingQueue.Open("pings"); queue?.Dispose();""")]
    [InlineData("""var queue = PingQueue.Open("pings"); using (queue) queue.Complete();""")]
    [InlineData("""var queue = PingQueue.Open("pings"); Keep(queue);""")]
    [InlineData("""var queue = PingQueue.Open("pings"); Task.Run(() => queue.Complete()).Wait();""")]
    [InlineData("""Keep(PingQueue.Open("pings"));""")]
    [InlineData("""PingQueue.Open("pings").Dispose();""")]
    [InlineData("""PingQueue.Open("pings").Equals(null);""")]
    [InlineData("""s_kept = PingQueue.Open("pings");""")]
    [InlineData("""s_kept ??= PingQueue.Open("pings");""")]
    [InlineData("""if (PingQueue.TryOpen("pings", out var queue)) using (queue) queue.Complete();""")]
    [InlineData("""if (!PingQueue.TryOpen("pings", out var queue)) return; Keep(queue);""")]
    [InlineData("""_ = PingQueue.Delete("pings") || PingQueue.Exists("pings");""")]
    public Task A_handle_that_is_kept_or_disposed_is_accepted(string body) => Misuse.IsNone(body);

    [Theory]
    [InlineData("""Keep(new PingQueue("pings"));""", """new PingQueue("pings")""")]
    [InlineData("""Keep(new("pings"));""", """new("pings")""")]
    [InlineData("Keep(new PingQueue());", "new PingQueue()")]
    public Task TSQ024_says_how_to_attach(string body, string squiggle) =>
        Misuse.Is("TSQ024", squiggle, "OpenOrCreate, Create or Open", body);

    [Fact]
    public Task A_queue_may_construct_itself() => AnalyzerRun.ShouldAccept(
        """
        [TypedShmQueue.ShmQueue] internal record struct Ping(int Number);
        internal sealed partial class PingQueue
        {
            internal static PingQueue Again(TypedShmQueue.CompilerServices.QueueHandle handle) => new PingQueue(handle);
        }
        """);
}

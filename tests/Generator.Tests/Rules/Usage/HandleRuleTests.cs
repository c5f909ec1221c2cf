namespace TypedShmQueue.Generator.Tests.Rules.Usage;

/// <summary>Making and keeping a handle: TSQ022 and TSQ024.</summary>
public sealed class HandleRuleTests
{
    [Theory]
    [InlineData("""PingQueue.Open("pings");""", """PingQueue.Open("pings")""")]
    [InlineData("""var queue = PingQueue.OpenOrCreate("pings"); queue.Enqueue(new Ping(1));""", """PingQueue.OpenOrCreate("pings")""")]
    [InlineData("""PingQueue? queue = PingQueue.Create("pings"); if (queue != null && queue.Count > 0) queue?.Complete();""", """PingQueue.Create("pings")""")]
    [InlineData("""if (PingQueue.TryOpen("pings", out var queue)) queue.Complete();""", """PingQueue.TryOpen("pings", out var queue)""")]
    [InlineData("""PingQueue.OpenOrCreate("pings").Enqueue(new Ping(1));""", """PingQueue.OpenOrCreate("pings")""")]
    [InlineData("""Console.WriteLine(PingQueue.Open("pings").Count);""", """PingQueue.Open("pings")""")]
    [InlineData("""foreach (var ping in PingQueue.Open("pings").ReadAllAsync().ToBlockingEnumerable()) Console.WriteLine(ping);""", """PingQueue.Open("pings")""")]
    [InlineData("""if (PingQueue.TryOpen("pings", out _)) return;""", """PingQueue.TryOpen("pings", out _)""")]
    public Task TSQ022_asks_for_a_using(string body, string squiggle) => Misuse.Is("TSQ022", squiggle, "neither disposed nor stored", body);

    [Theory]
    [InlineData("""using var queue = PingQueue.Open("pings"); queue.Complete();""")]
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
    public Task TSQ024_says_how_to_attach(string body, string squiggle) => Misuse.Is("TSQ024", squiggle, "OpenOrCreate, Create or Open", body);

    [Fact]
    public Task A_queue_may_construct_itself() => AnalyzerRun.ShouldAccept(
        """
        [TypedShmQueue.ShmQueue] internal record struct Ping(int Number);
        internal sealed partial class PingQueue { internal PingQueue Copy() => new PingQueue(_queue); }
        """);
}

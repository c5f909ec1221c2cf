namespace TypedShmQueue.Generator.Tests.Docs;

/// <summary>What the reader of a page has in hand when he comes to a fragment: the message, and the variables that it speaks of.</summary>
internal static class Frames
{
    private const string Trades =
        """
        [ShmQueue] public struct Trade { public long Id; public double Price; }
        public static class Reader
        {
            public static TradeQueue trades = null!, results = null!;
            public static Trade trade;
            public static CancellationToken cancellationToken;
            public static Trade Priced(Trade trade) => trade;
            public static void Handle(Trade trade) { }
            public static void Handle(Span<Trade> trades) { }
        }
        """;

    private static readonly Dictionary<string, string> s_frames = new(StringComparer.Ordinal)
    {
        ["README.md"] = Trades,
        ["docs/async-and-channels.md"] = Trades.Replace("public static Trade trade;",
            "public static Trade trade; public static QuoteQueue quotes = null!; public static void Handle(Quote quote) { }",
            StringComparison.Ordinal) + "[ShmQueue] public struct Quote { public long Time; public double Price; }",
        ["docs/durability.md"] = Trades,
        ["docs/schema.md"] = Trades,
        ["docs/generator.md"] = Trades,
        ["docs/broadcast.md"] =
            """
            [ShmQueue(Delivery = Delivery.Broadcast)] public struct Quote { public long Time; public double Price; }
            public static class Reader
            {
                public static QuoteQueue quotes = null!;
                public static QuoteSubscription mine = null!;
                public static Quote quote;
                public static Quote[] batch = [];
                public static void Use(double sum) { }
            }
            """,
        ["docs/acknowledged.md"] =
            """
            [ShmQueue(Delivery = Delivery.Acknowledged)] public struct Job { public long Id; public ShmText64 Path; }
            [ShmQueue(Delivery = Delivery.Broadcast)] public struct Order { public long Id; public decimal Amount; }
            public static class Reader
            {
                public static JobQueue jobs = null!;
                public static OrderQueue orders = null!;
                public static void Convert(in Job job) { }
                public static void Bill(in Order order) { }
            }
            """,
        ["docs/large-messages.md"] =
            """
            [System.Runtime.CompilerServices.InlineArray(1920 * 1080 * 3)] public struct Pixels { private byte _first; }
            [ShmQueue(Capacity = 8, Delivery = Delivery.Broadcast)] public struct Frame { public long Number; public Pixels Pixels; }
            [ShmQueue(Capacity = 4)] public struct Picture { public long Number; public Pixels Pixels; }
            [ShmQueue(Capacity = 4, Consumers = Endpoints.One, Overflow = Overflow.Wait)] public struct Scan { public Pixels Pixels; }
            public sealed class PictureBuffer { public Picture Picture; }
            public static class Reader
            {
                public static PictureQueue pictures = null!;
                public static FrameSubscription mine = null!;
                public static ScanQueue scans = null!;
                public static PictureBuffer buffer = new();
                public static CancellationToken cancellationToken;
                public static void Show(PictureBuffer buffer) { }
                public static int Brightness(ReadOnlySpan<byte> pixels) => 0;
                public static void Look(in Scan scan) { }
            }
            """,
        ["docs/beyond-one-machine.md"] = "public static class Reader;",
        ["docs/serialized-messages.md"] = "public static class Reader;",
    };

    /// <summary>Fragments that need what is not here, and what holds them instead.</summary>
    private static readonly Dictionary<string, string> s_elsewhere = new(StringComparer.Ordinal)
    {
        ["Json"] = "System.Text.Json's own generator; tests/Generator.Integration has the same messages",
        ["OrderQueue"] = "the same",
        ["HeadlineQueue"] = "the same",
        ["Host."] = "Microsoft.Extensions.Hosting; tests/Hosting.Tests and the sample Worker",
        ["builder.Services"] = "the same",
        ["AddOpenTelemetry"] = "OpenTelemetry; tests/Runtime.Tests listens to the same meter and source",
        ["CreateMeterProviderBuilder"] = "the same",
        ["ShmNats"] = "the NATS client; tests/Nats.Tests and the sample Fleet",
        ["QueueFactory"] = "another library",
    };

    /// <summary>Null if the fragment is held elsewhere.</summary>
    public static string? Of(string page, string fragment) =>
        s_elsewhere.Keys.Any(word => fragment.Contains(word, StringComparison.Ordinal)) ? null : s_frames[page];
}

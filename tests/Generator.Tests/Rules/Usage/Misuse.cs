namespace TypedShmQueue.Generator.Tests.Rules.Usage;

/// <summary>A user's file with three queues, <c>many</c>, <c>one</c> and <c>waits</c>, and a body that uses them.</summary>
internal static class Misuse
{
    public static string In(string body) =>
        $$"""
        using System;
        using System.Threading;
        using System.Threading.Tasks;
        using TypedShmQueue;

        namespace Demo
        {
            [ShmQueue] internal record struct Ping(int Number);
            [ShmQueue(Producers = Endpoints.One, Consumers = Endpoints.One)] internal record struct Solo(int Number);
            [ShmQueue(Overflow = Overflow.Wait)] internal record struct Calm(int Number);
            [ShmQueue(Delivery = Delivery.Broadcast)] internal record struct Quote(int Number);

            internal static class User
            {
                private static PingQueue? s_kept;

                internal static System.Collections.Generic.IAsyncEnumerable<Ping>? Stream { get; set; }

                internal static void Keep(PingQueue? queue) => s_kept = queue;
                internal static void KeepReader(System.Threading.Channels.ChannelReader<Ping> reader) { }
                internal static int Kept => s_kept?.Count ?? 0;
                internal static bool Look(SlotReader<Quote> reader) => reader.Release();
                internal static void Fill(SlotWriter<Ping> writer) { using (writer) { writer.Value.Number = 1; writer.Commit(); } }

                internal static void Run(PingQueue many, SoloQueue one, CalmQueue waits, QuoteSubscription quotes)
                {
                    {{body}}
                }
            }
        }
        """;

    /// <summary>The body compiles, and no rule has anything to say.</summary>
    public static Task IsNone(string body) => AnalyzerRun.ShouldAccept(In(body));

    /// <summary>One rule speaks, under this piece of the body.</summary>
    public static Task Is(string rule, string squiggle, string text, string body) => AnalyzerRun.ShouldSay(rule, squiggle, text, In(body));
}

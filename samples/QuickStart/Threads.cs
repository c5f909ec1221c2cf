namespace TypedShmQueue.Samples.QuickStart;

/// <summary>A consumer that waits before anything is sent: in another process it would be the same code.</summary>
internal static class Threads
{
    public static void Show(string name)
    {
        Console.WriteLine("Two sides at once");
        using TradeQueue producer = TradeQueue.Open(name);
        long sum = 0;
        Thread consumer = new(() =>
        {
            // A handle may be shared by threads; this one is the consumer's own, as it would be in another process.
            using TradeQueue queue = TradeQueue.Open(name);
            for (int i = 0; i < 1000; i++) sum += queue.Dequeue().Id; // parks in the kernel while there is none
        });
        consumer.Start();
        // Eight slots are enough for a thousand messages: Enqueue waits while all are taken.
        for (int id = 1; id <= 1000; id++) producer.Enqueue(new Trade { Id = id });
        consumer.Join();
        Console.WriteLine($"  1000 messages through {producer.Capacity} slots; their ids add up to {sum}");
    }
}

namespace TypedShmQueue.Samples.QuickStart;

/// <summary>All the ways to enqueue. They leave the queue full, with messages 3 to 10.</summary>
internal static class Sending
{
    public static void Show(string name)
    {
        Console.WriteLine("Sending");
        using TradeQueue queue = TradeQueue.Open(name);

        // Waits while the queue is full. There is room, so it returns at once.
        queue.Enqueue(Make(1));

        // Never waits; false if the queue is full.
        bool sent = queue.TryEnqueue(Make(2));
        Console.WriteLine($"  Enqueue, TryEnqueue: {sent}, count {queue.Count}");

        // Many at once, with one claim for all of them.
        Trade[] batch = [Make(3), Make(4), Make(5)];
        queue.Enqueue(batch);
        Console.WriteLine($"  Enqueue of a batch: count {queue.Count}");

        // In place: no copy of the message is made. The slot holds what its last message left there, so every field is written.
        if (queue.TryClaim(out SlotWriter<Trade> writer))
        {
            using (writer)
            {
                writer.Value.Id = 6;
                writer.Value.Price = 106;
                writer.Value.Symbol = "CLAIMED";
                writer.Commit(); // without it, nothing is sent
            }
        }

        Console.WriteLine($"  TryClaim and Commit: count {queue.Count}");

        // As many as there is room for.
        int some = queue.TryEnqueue([Make(7), Make(8), Make(9), Make(10)]);
        Console.WriteLine($"  TryEnqueue of a batch of 4 into the last 2 slots: {some} sent");

        // Full. Waiting with an end: a timeout or a token.
        bool inTime = queue.TryEnqueue(Make(9), TimeSpan.FromMilliseconds(20));
        using CancellationTokenSource soon = new(TimeSpan.FromMilliseconds(20));
        bool cancelled = false;
        try
        {
            queue.Enqueue(Make(9), soon.Token);
        }
        catch (OperationCanceledException)
        {
            cancelled = true;
        }

        Console.WriteLine($"  full: TryEnqueue with a timeout: {inTime}, Enqueue with a token cancelled: {cancelled}");

        // Where only the newest matter: the oldest is displaced. Never waits for a consumer.
        bool dropped = queue.EnqueueShift(Make(9));
        bool droppedToo = queue.EnqueueShift(Make(10), out Trade displaced);
        Console.WriteLine($"  EnqueueShift displaced an old message: {dropped}, {droppedToo} (the last was {displaced.Id})");
    }

    private static Trade Make(long id) => new() { Id = id, Price = 100 + id, Symbol = "TSQ" };
}

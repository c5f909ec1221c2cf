namespace TypedShmQueue.Samples.QuickStart;

/// <summary>All the ways to dequeue. They find the queue full, and leave it empty.</summary>
internal static class Receiving
{
    public static void Show(string name)
    {
        Console.WriteLine("Receiving");
        using TradeQueue queue = TradeQueue.Open(name);

        // Looks at the oldest without taking it.
        bool any = queue.TryPeek(out Trade oldest);
        Console.WriteLine($"  TryPeek: {any}, {Text(oldest)}");

        // Waits while the queue is empty; it is not, so it returns at once.
        Trade first = queue.Dequeue();
        Console.WriteLine($"  Dequeue: {Text(first)}");

        // Never waits; false if there is none.
        bool got = queue.TryDequeue(out Trade second);
        Console.WriteLine($"  TryDequeue: {got}, {Text(second)}");

        // At least one, as many as there are, no more than fit.
        Trade[] batch = new Trade[4];
        int taken = queue.Dequeue(batch);
        Console.WriteLine($"  Dequeue of a batch: {taken}, up to {Text(batch[taken - 1])}");

        // The same without waiting: 0 if there is none.
        taken = queue.TryDequeue(batch.AsSpan());
        Console.WriteLine($"  TryDequeue of a batch: {taken}, up to {Text(batch[taken - 1])}; empty: {queue.IsEmpty}");

        // Empty. Waiting with an end: a timeout or, as for Enqueue, a token.
        bool inTime = queue.TryDequeue(out _, TimeSpan.FromMilliseconds(20));
        Console.WriteLine($"  empty: TryDequeue with a timeout: {inTime}");
    }

    private static string Text(in Trade trade) => $"#{trade.Id} {trade.Symbol} at {trade.Price}";
}

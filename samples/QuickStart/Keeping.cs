namespace TypedShmQueue.Samples.QuickStart;

/// <summary>A queue that outlives its process.</summary>
internal static class Keeping
{
    public static void Show(string name)
    {
        Console.WriteLine("Keeping");
        using TradeQueue queue = TradeQueue.OpenOrCreate(name);
        for (int id = 1; id <= 3; id++) _ = queue.TryEnqueue(new Trade { Id = id, Price = 100 + id, Symbol = "KEPT" });
        Console.WriteLine($"  the queue '{name}' stays with {queue.Count} messages: "
            + $"'shmq dump {name}' shows them, 'shmq rm {name}' deletes it");
    }
}

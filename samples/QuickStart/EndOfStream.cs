namespace TypedShmQueue.Samples.QuickStart;

/// <summary>Saying that nothing more comes, looking at what happened, and deleting the queue.</summary>
internal static class EndOfStream
{
    public static void Show(string name)
    {
        Console.WriteLine("End of stream");
        using TradeQueue queue = TradeQueue.Open(name);
        queue.Enqueue(new Trade { Id = 1 });

        // Final, and for everybody: nothing more can be sent, what is left is still delivered.
        queue.Complete();
        Console.WriteLine($"  completed with one message left: IsCompleted {queue.IsCompleted}");
        _ = queue.Dequeue();
        Console.WriteLine($"  after it was taken: IsCompleted {queue.IsCompleted}, TryDequeue {queue.TryDequeue(out _)}");
        try
        {
            _ = queue.Dequeue();
        }
        catch (ShmQueueCompletedException e)
        {
            Console.WriteLine($"  Dequeue: {e.GetType().Name}");
        }

        ShmQueueStatistics all = queue.GetStatistics();
        Console.WriteLine($"  enqueued {all.Enqueued}, dequeued {all.Dequeued}, displaced {all.Displaced}, attached " +
            $"now {all.Participants.Count(p => p.IsAlive)}");

        // The name is free at once; the memory when the last process has closed the queue.
        queue.Delete();
        Console.WriteLine($"  deleted: IsDeleted {queue.IsDeleted}, it exists: {TradeQueue.Exists(name)}");
    }
}

namespace TypedShmQueue.Samples.Multiplexer;

/// <summary>A producer: sends its readings as fast as the subscribers that are waited for take them, and ends.</summary>
internal static class Sensor
{
    public static int Run(string queueName, string name, int count)
    {
        Child.FollowParent(() => ReadingQueue.Delete(queueName));
        using ReadingQueue queue = ReadingQueue.Open(queueName);
        Log.Write(name, $"comes, with {count} readings");
        for (int i = 1; i <= count; i++)
        {
            queue.Enqueue(new Reading { Sensor = name, Number = i, Value = Random.Shared.NextDouble() * 100 });
            // Now and then a sensor has nothing to say for a while.
            if (i % 50 == 0) Thread.Sleep(Random.Shared.Next(5, 20));
        }

        Log.Write(name, "has sent all, goes");
        return 0;
    }
}

using TypedShmQueue.CompilerServices;

namespace TypedShmQueue.Testing;

/// <summary>The memory of durable queues: files in the default folder, whose names begin with the queue's.</summary>
public static class Rings
{
    public static string[] Of(string queueName)
    {
        string memory = QueueFiles.DirectoryOf(ShmQueueOptions.Default);
        if (!Directory.Exists(memory)) return [];
        return [.. Directory.GetFiles(memory).Where(file => Path.GetFileName(file).StartsWith(queueName + ".", StringComparison.Ordinal))];
    }
}

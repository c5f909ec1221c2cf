using TypedShmQueue.Region;

namespace TypedShmQueue.Tool.Queues;

/// <summary>A folder in which queues are.</summary>
internal static class QueueFolder
{
    /// <summary>The names of all files that could be queues, in order. None if there is no folder: it is made with the first queue.</summary>
    public static IReadOnlyList<string> NamesIn(ShmQueueOptions options)
    {
        string path = options.Directory ?? RegionPort.Current.DefaultDirectory(create: false);
        if (!Directory.Exists(path)) return options.Directory == null ? [] : throw new DirectoryNotFoundException($"There is no folder '{path}'.");
        return [.. new DirectoryInfo(path).EnumerateFiles().Select(static file => file.Name).Where(static name => ShmQueueName.IsValid(name)).Order(StringComparer.Ordinal)];
    }
}

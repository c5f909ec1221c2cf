using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace TypedShmQueue.Hosting.Tests.Support;

/// <summary>A queue of jobs that notes how its handles were opened.</summary>
internal sealed class NotedQueue(JobQueue jobs) : IShmQueue<NotedQueue>
{
    private static readonly ConcurrentQueue<(string Name, Durability Durability)> s_opened = new();

    public static int MessageSize => JobQueue.MessageSize;

    public static int SlotSize => JobQueue.SlotSize;

    public static int DefaultCapacity => JobQueue.DefaultCapacity;

    public static ulong SchemaId => JobQueue.SchemaId;

    public static ReadOnlySpan<byte> Schema => JobQueue.Schema;

    public string Name => jobs.Name;

    public int Capacity => jobs.Capacity;

    public int Count => jobs.Count;

    public bool IsEmpty => jobs.IsEmpty;

    public bool IsCompleted => jobs.IsCompleted;

    public bool IsDeleted => jobs.IsDeleted;

    public ShmQueueStatistics GetStatistics() => jobs.GetStatistics();

    /// <summary>How handles on the queue of that name were opened, in order.</summary>
    public static IReadOnlyList<Durability> Opened(string name) =>
        [.. s_opened.Where(one => string.Equals(one.Name, name, StringComparison.Ordinal)).Select(one => one.Durability)];

    public static NotedQueue Create(string name, ShmQueueOptions? options = null) => Noted(JobQueue.Create(name, options), options);

    public static NotedQueue Open(string name, ShmQueueOptions? options = null) => Noted(JobQueue.Open(name, options), options);

    public static NotedQueue OpenOrCreate(string name, ShmQueueOptions? options = null) =>
        Noted(JobQueue.OpenOrCreate(name, options), options);

    public static bool TryOpen(string name, [NotNullWhen(true)] out NotedQueue? queue, ShmQueueOptions? options = null) =>
        (queue = JobQueue.TryOpen(name, out JobQueue? jobs, options) ? Noted(jobs, options) : null) is not null;

    public static bool Exists(string name, ShmQueueOptions? options = null) => JobQueue.Exists(name, options);

    public static bool Delete(string name, ShmQueueOptions? options = null) => JobQueue.Delete(name, options);

    public void Complete() => jobs.Complete();

    public void Delete() => jobs.Delete();

    public void Flush() => jobs.Flush();

    public void Dispose() => jobs.Dispose();

    private static NotedQueue Noted(JobQueue jobs, ShmQueueOptions? options)
    {
        s_opened.Enqueue((jobs.Name, (options ?? ShmQueueOptions.Default).Durability));
        return new NotedQueue(jobs);
    }
}

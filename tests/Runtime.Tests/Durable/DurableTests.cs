using TypedShmQueue.Queue;
using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Durable;

/// <summary>
/// The base of tests of durable queues: a folder on the disk that the tests are on, and a power failure as far as one process can have it:
/// no handle is open any more, the memory is gone, and the journal is as the disk has it.
/// </summary>
public abstract class DurableTests : IDisposable
{
    private readonly List<IDisposable> _open = [];

    protected DurableTests()
    {
        Directory.CreateDirectory(Folder);
    }

    protected string Folder { get; } = Path.Combine(AppContext.BaseDirectory, $"durable-{Guid.NewGuid():N}");

    protected string Name { get; } = ShmQueueName.NewUnique();

    protected ShmQueueOptions Options => new() { Directory = Folder, Durability = Durability.Committed, Capacity = 8 };

    protected T Track<T>(T handle) where T : IDisposable
    {
        _open.Add(handle);
        return handle;
    }

    /// <summary>Every handle is gone, and so is the memory. What was not committed before is lost.</summary>
    protected void LosePower(params IDisposable[] withoutCommit)
    {
        foreach (IDisposable handle in _open.Except(withoutCommit)) handle.Dispose();
        foreach (IDisposable handle in withoutCommit) handle.Dispose();
        _open.Clear();
        foreach (string ring in Rings()) File.Delete(ring);
    }

    /// <summary>
    /// A power failure in the middle of everything: what handles do at their end, such as to give leases back and to commit, does not
    /// happen.
    /// </summary>
    protected void CutPower()
    {
        Dictionary<string, byte[]> journals = Directory.GetFiles(Folder)
            .ToDictionary(file => file, QueueFolder.ReadShared, StringComparer.Ordinal);
        LosePower();
        foreach ((string file, byte[] bytes) in journals)
        {
            // In its place: it stays the same file.
            using FileStream journal = new(file, FileMode.Open, FileAccess.Write);
            journal.Write(bytes);
        }
    }

    /// <summary>The journal's bytes, as they are now.</summary>
    protected byte[] Journal() => QueueFolder.ReadShared(Path.Combine(Folder, Name));

    protected string[] Rings() => Testing.Rings.Of(Name);

    protected static Parcel P(long sequence) => new(0, sequence);

    protected static Parcel[] Parcels(long first, int count) => [.. Enumerable.Range(0, count).Select(i => P(first + i))];

    /// <summary>Takes all that is there.</summary>
    protected static IReadOnlyList<long> Drain(IShmConsumer<Parcel> queue) => Drained.From(queue);

    public void Dispose()
    {
        LosePower();
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}

using TypedShmQueue.CompilerServices;
using TypedShmQueue.CrossProcess.Tests.Support;

namespace TypedShmQueue.CrossProcess.Tests.Durable;

/// <summary>The base of tests of durable queues with real second processes: a folder on the disk that the tests are on.</summary>
public abstract class DurableProcessTests : IDisposable
{
    /// <summary>Where the words of the journal's position are in the ring's file; docs/memory-layout.md has them.</summary>
    protected const long MarkOffset = 1280, NextOffsetOffset = MarkOffset + 24, LimitOffset = MarkOffset + 48;

    private readonly List<IDisposable> _open = [];

    protected DurableProcessTests() => Directory.CreateDirectory(Folder);

    protected static QueueContract Contract { get; } = Contracts.Parcel<ManyProducers, ManyConsumers>();

    protected string Folder { get; } = Path.Combine(AppContext.BaseDirectory, $"durable-{Guid.NewGuid():N}");

    protected string Name { get; set; } = ShmQueueName.NewUnique();

    protected ShmQueueOptions Options => new() { Directory = Folder, Durability = Durability.Committed, Capacity = 16 };

    protected string JournalPath => Path.Combine(Folder, Name);

    protected T Track<T>(T handle) where T : IDisposable
    {
        _open.Add(handle);
        return handle;
    }

    protected TypedQueue<Parcel, ManyProducers, ManyConsumers> Open(ShmQueueOptions? options = null) =>
        Track(TypedQueue<Parcel, ManyProducers, ManyConsumers>.OpenOrCreate(Contract, Name, options ?? Options));

    protected PeerProcess Peer(string act, string argument, IEnumerable<string>? under = null) =>
        Track(PeerProcess.Start([act, nameof(ManyProducers), nameof(ManyConsumers), Folder, Name, argument], under));

    /// <summary>Nobody has the queue open any more, and its memory is gone. The journal is what it was at some instant before.</summary>
    protected void LosePower(byte[]? journal = null)
    {
        for (int i = _open.Count - 1; i >= 0; i--) _open[i].Dispose();
        _open.Clear();
        foreach (string ring in Rings()) File.Delete(ring);
        if (journal == null) return;
        // In its place: it stays the same file.
        using FileStream file = new(JournalPath, FileMode.Open, FileAccess.Write);
        file.Write(journal);
    }

    protected string[] Rings() => Testing.Rings.Of(Name);

    /// <summary>The journal's bytes, as they are now.</summary>
    protected byte[] Journal() => QueueFolder.ReadShared(JournalPath);

    /// <summary>What is in the folder; on Windows without the hidden files that a death leaves, or a queue that is still open.</summary>
    protected string[] Content() => OperatingSystem.IsWindows()
        ? [.. Directory.GetFileSystemEntries(Folder).Where(file => Path.GetFileName(file)[0] != '.')]
        : Directory.GetFileSystemEntries(Folder);

    protected long ReadRing(long offset)
    {
        using FileStream ring = OpenRing();
        byte[] word = new byte[sizeof(long)];
        RandomAccess.Read(ring.SafeFileHandle, word, offset);
        return BitConverter.ToInt64(word);
    }

    protected void WriteRing(long offset, long word)
    {
        using FileStream ring = OpenRing();
        RandomAccess.Write(ring.SafeFileHandle, BitConverter.GetBytes(word), offset);
    }

    /// <summary>Takes everything that is there.</summary>
    protected static IReadOnlyList<(long Producer, long Sequence)> Drain(TypedQueue<Parcel, ManyProducers, ManyConsumers> queue)
    {
        List<(long, long)> taken = [];
        while (queue.TryDequeue(out Parcel parcel))
        {
            parcel.IsWhole.ShouldBeTrue();
            taken.Add((parcel.Producer, parcel.Sequence));
        }

        return taken;
    }

    public void Dispose()
    {
        try
        {
            LosePower();
        }
        finally
        {
            Directory.Delete(Folder, recursive: true);
        }

        GC.SuppressFinalize(this);
    }

    private FileStream OpenRing() =>
        new(Rings().ShouldHaveSingleItem(), FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
}

using System.IO.MemoryMappedFiles;

namespace TypedShmQueue.Peer.Storm;

/// <summary>
/// What one process of a storm has done, in a mapped file: a store that was made is there after SIGKILL. A producer says what it is about
/// to send before each call and what was sent after it; a consumer says how many it may take, and then what it took.
/// </summary>
public sealed unsafe class LifeLog : IDisposable
{
    /// <summary>Far more than a life takes; the file is sparse, so only what is written takes memory.</summary>
    private const int MostRecords = 1 << 23;

    private const int FirstRecord = 8, SequenceBits = 48;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly long* _words;

    private LifeLog(string path, FileMode mode)
    {
        const long Length = (FirstRecord + (long)MostRecords) * sizeof(long);
        _file = MemoryMappedFile.CreateFromFile(path, mode, null, Length);
        _view = _file.CreateViewAccessor(0, Length);
        byte* address = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref address);
        _words = (long*)address;
    }

    /// <summary>A new log. A producer's life goes on with the sequence where the one before it ended.</summary>
    public static LifeLog Create(string path, long firstSequence)
    {
        LifeLog log = new(path, FileMode.CreateNew);
        log._words[0] = log._words[1] = firstSequence;
        return log;
    }

    public static LifeLog Open(string path) => new(path, FileMode.Open);

    /// <summary>Every message below this was sent.</summary>
    public long Acknowledged => Volatile.Read(ref _words[0]);

    /// <summary>Every message below this, and none above, may have been sent.</summary>
    public long Begun => Volatile.Read(ref _words[1]);

    /// <summary>How many messages the consumer's call in progress can take; 0 between two calls.</summary>
    public long InHand => Volatile.Read(ref _words[2]);

    /// <summary>Whether the producer's call in progress may displace.</summary>
    public bool IsDisplacing => Volatile.Read(ref _words[3]) != 0;

    /// <summary>Calls begun.</summary>
    public long Calls => Volatile.Read(ref _words[4]);

    /// <summary>What was taken or displaced, in that order.</summary>
    public IEnumerable<(int Producer, long Sequence)> Records
    {
        get
        {
            long count = Count;
            for (long i = 0; i < count; i++) yield return Record(i);
        }
    }

    private long Count => Volatile.Read(ref _words[5]);

    public void BeginSending(int count, bool displacing = false)
    {
        Volatile.Write(ref _words[1], _words[0] + count);
        Volatile.Write(ref _words[3], displacing ? 1 : 0);
        Volatile.Write(ref _words[4], _words[4] + 1);
    }

    public void EndSending(int sent) => Volatile.Write(ref _words[0], _words[0] + sent);

    public void BeginTaking(int most)
    {
        Volatile.Write(ref _words[2], most);
        Volatile.Write(ref _words[4], _words[4] + 1);
    }

    public void EndTaking() => Volatile.Write(ref _words[2], 0);

    public void Add(in Parcel parcel)
    {
        long count = _words[5];
        if (count == MostRecords) throw new InvalidOperationException("The log of a life is full; make storms shorter.");
        _words[FirstRecord + count] = (parcel.Producer << SequenceBits) | parcel.Sequence;
        Volatile.Write(ref _words[5], count + 1);
    }

    public void Dispose()
    {
        if (_view.SafeMemoryMappedViewHandle.IsClosed) return;
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private (int Producer, long Sequence) Record(long index)
    {
        long record = _words[FirstRecord + index];
        return ((int)(record >> SequenceBits), record & ((1L << SequenceBits) - 1));
    }
}

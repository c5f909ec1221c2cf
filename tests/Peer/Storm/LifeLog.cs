namespace TypedShmQueue.Peer.Storm;

/// <summary>
/// What one process of a storm has done. A producer says what it is about to send before each call and what was sent after it; a consumer
/// says how many it may take, and then what it took.
/// </summary>
public sealed class LifeLog : IDisposable
{
    /// <summary>Far more than a life takes.</summary>
    private const int MostRecords = 1 << 23;

    private const int AcknowledgedAt = 0, BegunAt = 1, InHandAt = 2, DisplacingAt = 3, CallsAt = 4, RecordCountAt = 5, FirstRecord = 8;

    private const int SequenceBits = 48;

    /// <summary>The sequence of what is written into a slot and given up. It must never arrive.</summary>
    public const long NeverSent = (1L << SequenceBits) - 1;

    private readonly MappedWords _words;

    private LifeLog(string path, FileMode mode) => _words = new MappedWords(path, mode, FirstRecord + MostRecords);

    /// <summary>A new log. A producer's life goes on with the sequence where the one before it ended.</summary>
    public static LifeLog Create(string path, long firstSequence)
    {
        LifeLog log = new(path, FileMode.CreateNew);
        log._words[AcknowledgedAt] = log._words[BegunAt] = firstSequence;
        return log;
    }

    public static LifeLog Open(string path) => new(path, FileMode.Open);

    /// <summary>Every message below this was sent.</summary>
    public long Acknowledged => Volatile.Read(ref _words[AcknowledgedAt]);

    /// <summary>Every message below this, and none above, may have been sent.</summary>
    public long Begun => Volatile.Read(ref _words[BegunAt]);

    /// <summary>How many messages the consumer's call in progress can take; 0 between two calls.</summary>
    public long InHand => Volatile.Read(ref _words[InHandAt]);

    /// <summary>Whether the producer's latest call may displace.</summary>
    public bool IsDisplacing => Volatile.Read(ref _words[DisplacingAt]) != 0;

    /// <summary>Calls begun.</summary>
    public long Calls => Volatile.Read(ref _words[CallsAt]);

    /// <summary>What was taken or displaced, in that order.</summary>
    public IEnumerable<(int Producer, long Sequence)> Records
    {
        get
        {
            long count = Volatile.Read(ref _words[RecordCountAt]);
            for (long i = 0; i < count; i++)
            {
                long record = _words[FirstRecord + i];
                yield return ((int)(record >> SequenceBits), record & ((1L << SequenceBits) - 1));
            }
        }
    }

    public void BeginSending(int count, bool displacing = false)
    {
        Volatile.Write(ref _words[DisplacingAt], displacing ? 1 : 0);
        Volatile.Write(ref _words[BegunAt], Acknowledged + count);
        Volatile.Write(ref _words[CallsAt], Calls + 1);
    }

    public void EndSending(int sent) => Volatile.Write(ref _words[AcknowledgedAt], Acknowledged + sent);

    public void BeginTaking(int most)
    {
        Volatile.Write(ref _words[InHandAt], most);
        Volatile.Write(ref _words[CallsAt], Calls + 1);
    }

    public void EndTaking() => Volatile.Write(ref _words[InHandAt], 0);

    public void Add(in Parcel parcel)
    {
        long count = _words[RecordCountAt];
        if (count == MostRecords) throw new InvalidOperationException("The log of a life is full; make storms shorter.");
        _words[FirstRecord + count] = (parcel.Producer << SequenceBits) | parcel.Sequence;
        Volatile.Write(ref _words[RecordCountAt], count + 1);
    }

    public void Dispose() => _words.Dispose();
}

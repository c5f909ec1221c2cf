namespace TypedShmQueue.Peer.Storm;

/// <summary>
/// What a worker of a storm has done with its leases, event by event; what it is about to do stands there before it does it. An event
/// counts once it is whole.
/// </summary>
public sealed class LeaseLog : IDisposable
{
    /// <summary>Far more than a life takes.</summary>
    private const int MostWords = 1 << 23;

    private const int InHandAt = 0, CallsAt = 1, EndAt = 2, FirstWord = 8, WordsOfEvent = 2;
    private const int SequenceBits = 48, KindBits = 3;

    private readonly MappedWords _words;

    private LeaseLog(string path, FileMode mode) => _words = new MappedWords(path, mode, FirstWord + MostWords);

    /// <summary>A new log.</summary>
    public static LeaseLog Create(string path)
    {
        LeaseLog log = new(path, FileMode.CreateNew);
        log._words[EndAt] = FirstWord;
        return log;
    }

    public static LeaseLog Open(string path) => new(path, FileMode.Open);

    /// <summary>How many messages the call in progress can take; 0 between two calls.</summary>
    public long InHand => Volatile.Read(ref _words[InHandAt]);

    /// <summary>Calls begun.</summary>
    public long Calls => Volatile.Read(ref _words[CallsAt]);

    /// <summary>What happened, in that order.</summary>
    public IEnumerable<LeaseEvent> Events
    {
        get
        {
            long end = Volatile.Read(ref _words[EndAt]);
            for (long at = FirstWord; at < end; at += WordsOfEvent)
            {
                long message = _words[at], what = _words[at + 1];
                yield return new LeaseEvent((LeaseEventKind)(what & ((1 << KindBits) - 1)), (int)(message >> SequenceBits),
                    message & ((1L << SequenceBits) - 1), (int)(what >> KindBits));
            }
        }
    }

    public void BeginTaking(int most)
    {
        Volatile.Write(ref _words[InHandAt], most);
        Volatile.Write(ref _words[CallsAt], Calls + 1);
    }

    public void EndTaking() => Volatile.Write(ref _words[InHandAt], 0);

    public void Add(LeaseEventKind kind, in Parcel parcel, int delivery)
    {
        long at = _words[EndAt];
        if (at + WordsOfEvent > _words.Count) throw new InvalidOperationException("The log of a life is full; make storms shorter.");
        _words[at] = (parcel.Producer << SequenceBits) | parcel.Sequence;
        _words[at + 1] = ((long)delivery << KindBits) | (long)kind;
        Volatile.Write(ref _words[EndAt], at + WordsOfEvent);
    }

    public void Dispose() => _words.Dispose();
}

/// <summary>What a worker does with a lease.</summary>
public enum LeaseEventKind
{
    None,
    Taken,

    /// <summary>About to acknowledge.</summary>
    Acknowledging,

    /// <summary>Has acknowledged, and was told that it still had it.</summary>
    Acknowledged,

    /// <summary>About to give it back.</summary>
    GivingBack,

    /// <summary>Of no message: from here on it sees only what is committed.</summary>
    Careful,

    /// <summary>Of no message: from here on it sees what was sent.</summary>
    Hasty,

    /// <summary>Of no message: what it has acknowledged so far is on the disk.</summary>
    Flushed,
}

/// <summary>One event of a worker's life.</summary>
/// <param name="Kind">What.</param>
/// <param name="Producer">Whose message.</param>
/// <param name="Sequence">Which of its messages.</param>
/// <param name="Delivery">In which delivery.</param>
public readonly record struct LeaseEvent(LeaseEventKind Kind, int Producer, long Sequence, int Delivery);

namespace TypedShmQueue.Peer.Storm;

/// <summary>
/// What a subscriber of a storm has done, event by event: where a subscription began, and after each call where it came to, what it has
/// missed and what it took. An event counts once it is whole.
/// </summary>
public sealed class SubscriberLog : IDisposable
{
    /// <summary>Far more than a life takes.</summary>
    private const int MostWords = 1 << 23;

    private const int InHandAt = 0, CallsAt = 1, EndAt = 2, FirstWord = 8;
    private const int SequenceBits = 48;
    private const long BeginningBit = 1L << 32;

    private readonly MappedWords _words;

    private SubscriberLog(string path, FileMode mode) => _words = new MappedWords(path, mode, FirstWord + MostWords);

    /// <summary>A new log.</summary>
    public static SubscriberLog Create(string path)
    {
        SubscriberLog log = new(path, FileMode.CreateNew);
        log._words[EndAt] = FirstWord;
        return log;
    }

    public static SubscriberLog Open(string path) => new(path, FileMode.Open);

    /// <summary>How many messages the call in progress can take; 0 between two calls.</summary>
    public long InHand => Volatile.Read(ref _words[InHandAt]);

    /// <summary>Calls begun.</summary>
    public long Calls => Volatile.Read(ref _words[CallsAt]);

    /// <summary>What happened, in that order.</summary>
    public IEnumerable<SubscriberEvent> Events
    {
        get
        {
            long end = Volatile.Read(ref _words[EndAt]);
            for (long at = FirstWord; at < end;)
            {
                long kind = _words[at], position = _words[at + 1], missed = _words[at + 2];
                at += 3;
                List<(int Producer, long Sequence)> taken = [];
                for (int i = 0; i < (int)(kind & ~BeginningBit); i++)
                {
                    long message = _words[at++];
                    taken.Add(((int)(message >> SequenceBits), message & ((1L << SequenceBits) - 1)));
                }

                yield return new SubscriberEvent((kind & BeginningBit) != 0, position, missed, taken);
            }
        }
    }

    public void Begin(long position, long missed) => Add(BeginningBit, position, missed, []);

    public void BeginTaking(int most)
    {
        Volatile.Write(ref _words[InHandAt], most);
        Volatile.Write(ref _words[CallsAt], Calls + 1);
    }

    public void EndTaking(long position, long missed, ReadOnlySpan<Parcel> taken)
    {
        Add(taken.Length, position, missed, taken);
        Volatile.Write(ref _words[InHandAt], 0);
    }

    public void Dispose() => _words.Dispose();

    private void Add(long kind, long position, long missed, ReadOnlySpan<Parcel> taken)
    {
        long at = _words[EndAt];
        if (at + 3 + taken.Length > _words.Count) throw new InvalidOperationException("The log of a life is full; make storms shorter.");
        _words[at++] = kind;
        _words[at++] = position;
        _words[at++] = missed;
        foreach (ref readonly Parcel parcel in taken) _words[at++] = (parcel.Producer << SequenceBits) | parcel.Sequence;
        Volatile.Write(ref _words[EndAt], at);
    }
}

/// <summary>One event of a subscriber's life.</summary>
/// <param name="Begins">A subscription began, or was taken up; else a call has ended.</param>
/// <param name="Position">Where the subscription then stood.</param>
/// <param name="Missed">What it had missed by then.</param>
/// <param name="Taken">What the call took.</param>
public sealed record SubscriberEvent(bool Begins, long Position, long Missed, IReadOnlyList<(int Producer, long Sequence)> Taken);

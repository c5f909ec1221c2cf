using TypedShmQueue.Layout;
using TypedShmQueue.Ring.Broadcast;
using TypedShmQueue.Ring;
using TypedShmQueue.Stepper.Tests.Programs;

namespace TypedShmQueue.Stepper.Tests.Broadcast;

/// <summary>One subscription of a program, and what its subscriber knows of it.</summary>
internal sealed unsafe class Listener<TMemory>
    where TMemory : struct, IMemory
{
    private readonly SubscriptionRecord* _record;

    public Listener(RingView view, SubscriptionsView subscriptions, int entry, int process, IPeers peers, bool oneProducer, bool lossy)
    {
        _record = subscriptions.Records + entry;
        Ring = new(view, subscriptions, entry, peers, oneProducer, new object());
        Process = process;
        Lossy = lossy;
    }

    public SubscriberRing<Pair, TMemory> Ring { get; }

    public int Process { get; }

    public bool Lossy { get; }

    /// <summary>Where it began, once it has; -1 before.</summary>
    public long First { get; private set; } = -1;

    public bool HasEnded { get; private set; }

    /// <summary>What it took: position and message.</summary>
    public List<(long Position, long Value)> Got { get; } = [];

    public void Begin(long owner)
    {
        TMemory.StoreRelease(ref _record->Owner, owner);
        Expect(Ring.Begin(Lossy));
        First = Ring.Position;
    }

    /// <summary>Takes up to so many messages, as they come; what holds it up is looked into.</summary>
    public RingStatus Take(int most)
    {
        RingStatus status;
        if (most == 1)
        {
            status = Ring.TryDequeue(out Pair one);
            if (status == RingStatus.Done) Note(Ring.Position - 1, one);
        }
        else
        {
            Span<Pair> batch = stackalloc Pair[most];
            long missed = Ring.Missed;
            status = Ring.TryDequeue(batch, out int taken);
            // Which positions they are is known only of a batch in one piece; of the others, that they are whole and the last ones.
            for (int i = 0; i < taken; i++) Note(missed == Ring.Missed ? Ring.Position - taken + i : -1, batch[i]);
        }

        if (status is RingStatus.Corrupt or RingStatus.Busy)
            throw new InvalidOperationException($"A subscription by itself came to {status}.");
        return status;
    }

    /// <summary>Takes the next message by a reader.</summary>
    public void TakeByReader()
    {
        RentingReader reader = default;
        RingStatus status = Ring.TryTake(ref reader);
        if (status == RingStatus.Done) Note(Ring.Position - 1, reader.Kept);
        else if (status is RingStatus.Corrupt or RingStatus.Busy)
            throw new InvalidOperationException($"A subscription by itself came to {status}.");
    }

    /// <summary>Looks closer at what is in the way.</summary>
    public void Investigate()
    {
        RingStatus status = Ring.Investigate();
        if (status is RingStatus.Corrupt or RingStatus.Busy)
            throw new InvalidOperationException($"A subscription by itself came to {status}.");
    }

    /// <summary>Takes the next message as serialized ones are taken: it is read, and taken after that.</summary>
    public void PeekAndTake()
    {
        RentingReader reader = default;
        RingStatus status = Ring.TryPeek(ref reader, out long position);
        if (status == RingStatus.Done && Ring.TryTakePeeked(position) == RingStatus.Done) Note(position, reader.Kept);
        else if (status is RingStatus.Done or RingStatus.Corrupt or RingStatus.Busy)
            throw new InvalidOperationException($"A subscription by itself came to {status}.");
    }

    public void End()
    {
        HasEnded = true;
        Ring.End(named: false);
    }

    private void Note(long position, in Pair pair)
    {
        if (!pair.IsWhole) throw new InvalidOperationException($"A message came torn: {pair.Value} and {~pair.Complement}.");
        Got.Add((position, pair.Value));
    }

    private static void Expect(RingStatus status)
    {
        if (status != RingStatus.Done) throw new InvalidOperationException($"A subscription came to {status}.");
    }
}

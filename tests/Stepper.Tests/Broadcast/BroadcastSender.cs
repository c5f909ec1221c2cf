using TypedShmQueue.Layout;
using TypedShmQueue.Liveness;
using TypedShmQueue.Ring.Broadcast;
using TypedShmQueue.Ring;
using TypedShmQueue.Stepper.Tests.Programs;
using TypedShmQueue.Stepper.Tests.Stepping;

namespace TypedShmQueue.Stepper.Tests.Broadcast;

/// <summary>One process's sending side: the real ring and the real gating, joined as the facade joins them.</summary>
internal sealed unsafe class BroadcastSender<TProducers, TMemory>(Board board, IPeers peers)
    where TProducers : struct, IProducerRole
    where TMemory : struct, IMemory
{
    /// <summary>The facade tries for ever where others keep moving head; a program that needs more rounds has told all it can.</summary>
    private const int MostRounds = 6;

    private readonly MessageRing<Pair, TProducers, Subscribers, TMemory> _ring = new(board.View, peers, new object());
    private readonly Gating<Pair, TMemory> _gating =
        new(board.View, board.Subscriptions, peers, TProducers.IsExclusive, new object(), board.Groups);

    public void TakeRole()
    {
        if (!TProducers.IsExclusive) return;
        _ring.Producer.Next = RoleHolder.NextOfOneProducer(board.View, SlotLayout.Stride(sizeof(Pair)));
        _ring.Producer.Limit = ProducerSide.NotLooked;
    }

    /// <summary>Sends, making room where the subscriptions let it.</summary>
    public RingStatus Send(Lane* lane, long value)
    {
        RingStatus status = RingStatus.Blocked;
        for (int i = 0; i < MostRounds; i++)
        {
            status = _ring.TryEnqueue(lane, new Pair(value));
            if (status != RingStatus.Blocked) return status;
            status = MakeRoom();
            if (status == RingStatus.Blocked && i > 1) return status;
        }

        return status;
    }

    /// <summary>Sends, moving head past whoever is in the way.</summary>
    public RingStatus Shift(Lane* lane, long value)
    {
        for (int i = 0; i < MostRounds; i++)
        {
            RingStatus status = _ring.TryEnqueue(lane, new Pair(value));
            if (status != RingStatus.Blocked) return status;
            status = MakeRoom();
            if (status == RingStatus.Blocked)
            {
                status = TryClaimDisplacing(lane, out long position, out byte* message);
                if (position != 0)
                {
                    TMemory.Write(message, new Pair(value));
                    _ring.Publish(lane, position);
                    return RingStatus.Done;
                }
            }

            if (status == RingStatus.Corrupt)
                throw new InvalidOperationException("What only this protocol has written is said to be impossible.");
        }

        return RingStatus.Blocked;
    }

    /// <summary>Claims and gives up; the position that has no message, or 0.</summary>
    public long Abandon(Lane* lane)
    {
        if (_ring.TryClaim(lane, out long position, out _) != RingStatus.Done) return 0;
        _ring.Abandon(lane, position);
        return TProducers.IsExclusive ? 0 : position;
    }

    private RingStatus TryClaimDisplacing(Lane* lane, out long position, out byte* message)
    {
        position = 0;
        message = null;
        long tail = Tail;
        NoReader nothing = default;
        RingStatus status = _gating.TryReadOldest(tail, ref nothing, out long head, out _);
        if (head == 0) return status;
        if (tail - head > _ring.View.Capacity) return _gating.TryPassForTheDead(head);
        status = _ring.TryClaimBeyond(lane, tail, out position, out message);
        if (status == RingStatus.Done) _ = _gating.TryPassOldest(head);
        return status;
    }

    private long Tail => _ring.ProducerPosition & ~Segment.CompletedBit;

    private RingStatus MakeRoom()
    {
        RingStatus status = _gating.TryMakeRoom(Tail, asks: true, waits: false);
        if (status == RingStatus.Corrupt) throw new InvalidOperationException("A whole ring is called corrupt.");
        return status;
    }
}

using System.Runtime.CompilerServices;
using TypedShmQueue.Layout;
using TypedShmQueue.Queue;
using TypedShmQueue.Ring;

namespace TypedShmQueue.CompilerServices;

/// <content>What producers of a broadcast queue do beyond those of a queue: make room themselves, and stamp messages where they age.</content>
public sealed unsafe partial class TypedQueue<T, TProducers, TConsumers>
    where T : unmanaged
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    /// <summary>Where the producers are; where one producer's word is private, by its own count (T1).</summary>
    private long Tail => _ring.ProducerPosition & ~Segment.CompletedBit;

    /// <summary>Where head is says nothing of who has taken what, when there are subscriptions: each counts for itself.</summary>
    ShmQueueStatistics IObservedQueue.Statistics => TConsumers.IsBroadcast ? Statistics with { Dequeued = 0 } : Statistics;

    IReadOnlyList<ShmQueueSubscription> IObservedQueue.Subscriptions
    {
        get
        {
            if (!TConsumers.IsBroadcast) return [];
            ThrowIfDisposed();
            IReadOnlyList<ShmQueueSubscription> all = new SubscriptionTable(_session).Snapshot(Volatile.Read(ref _session.Ring.Tail) & ~Segment.CompletedBit);
            GC.KeepAlive(_session);
            return all;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private RingStatus MakeRoom(bool asks) => Look(_gating!.TryMakeRoom(Tail, asks));

    /// <summary>Makes room if nobody loses by it; else claims first, and then takes the oldest from all who have still to take it.</summary>
    private RingStatus TryClaimDisplacingForAll<TReader>(Lane* lane, ref TReader displaced, out long position, out byte* slot, out bool dropped)
        where TReader : struct, IMessageReader, allows ref struct
    {
        position = 0;
        slot = null;
        dropped = false;
        RingStatus status = MakeRoom(asks: false);
        if (status != RingStatus.Blocked) return status;
        long tail = Tail;
        status = Look(_gating!.TryReadOldest(tail, ref displaced, out long head, out bool isMessage));
        if (head == 0) return status;
        // Another producer has claimed the slot of the oldest message, and hands that message out.
        if (tail - head > Capacity) return _gating.TryPassForTheDead(head);
        status = _ring.TryClaimBeyond(lane, tail, out position, out slot);
        if (status != RingStatus.Done) return status == RingStatus.Blocked ? RingStatus.Done : status;
        dropped = _gating.TryPassOldest(head) && isMessage;
        if (dropped) displaced.Keep();
        return status;
    }

    /// <summary>The words may have been let go of while they were looked at.</summary>
    private RingStatus Look(RingStatus status) =>
        status == RingStatus.Corrupt && _ring.Producer.HasLeft ? RingStatus.Closed : status;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private RingStatus SendStamped(in T message)
    {
        Lane* lane = ThisLane();
        RingStatus status = _ring.TryClaim(lane, out long position, out byte* slot);
        if (status != RingStatus.Done) return status;
        HardwareMemory.Write(slot, message);
        Stamp(position);
        _ring.Publish(lane, position);
        return status;
    }

    private RingStatus SendStamped(ReadOnlySpan<T> messages, out int sent)
    {
        for (sent = 0; sent < messages.Length; sent++)
        {
            RingStatus status = SendStamped(messages[sent]);
            if (status != RingStatus.Done) return sent > 0 ? RingStatus.Done : status;
        }

        return RingStatus.Done;
    }

    /// <summary>Before the word is published (E1), and within the claim.</summary>
    private void Stamp(long position)
    {
        SubscriptionsView subscriptions = _session.Subscriptions;
        Volatile.Write(ref subscriptions.Stamp(position), Clock.Now(subscriptions));
    }
}

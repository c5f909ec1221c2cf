using TypedShmQueue.CompilerServices;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Ring;

internal sealed unsafe partial class MessageRing<T, TProducers, TConsumers, TMemory>
    where T : unmanaged
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
    where TMemory : struct, IMemory
{
    /// <summary>
    /// Claims one slot of a full ring, and frees it by taking the oldest message, by the same swap of head as a consumer's, so that the two
    /// never disagree about who got it. The claim comes first: nothing is displaced for a message that cannot be sent, because the queue
    /// was completed or others had the freed slot.
    /// </summary>
    /// <param name="lane">The thread's lane.</param>
    /// <param name="displaced">Keeps what was displaced.</param>
    /// <param name="position">What was claimed; to be published or abandoned. 0: nothing.</param>
    /// <param name="message">Where its message goes.</param>
    /// <param name="dropped">Whether this call displaced a message; only if it claimed a position.</param>
    /// <returns>
    /// Done: a position is claimed; or there is room, may be, or somebody was faster: look again. Blocked: the oldest position is claimed
    /// by a live producer that has not published it, or is about to be displaced by one that has claimed.
    /// </returns>
    public RingStatus TryClaimDisplacing<TReader>(Lane* lane, ref TReader displaced, out long position, out byte* message, out bool dropped)
        where TReader : struct, IMessageReader, allows ref struct
    {
        position = 0;
        message = null;
        dropped = false;
        if (TConsumers.TakesByStore)
            throw new InvalidOperationException("A queue declared with Overflow.Wait and one consumer never displaces a message. "
                + "Declare Overflow.Any to use EnqueueShift.");

        long head = TMemory.LoadAcquire(ref _view.Head);
        long tail = TMemory.LoadAcquire(ref _view.Tail);
        if (_producer.HasLeft) return RingStatus.Closed;
        if (tail < 0) return RingStatus.Completed;
        // After a death tail may lag behind the words (T1), and only the producer's own count says that the ring is full.
        if (TProducers.IsExclusive) tail = _producer.Next;
        if (tail - head < _view.Capacity) return RingStatus.Done;

        byte* slot = Slot(head);
        long word = TMemory.LoadAcquire(ref Word(slot)); // E1
        RingStatus status = RingStatus.Done;
        if (word == SlotWord.Published(head))
        {
            // One position beyond the capacity is claimed already, and the oldest message is its claimer's, who hands it out.
            if (tail - head > _view.Capacity) return TryPassForTheDead(head);
            // What is read before the claim cannot fail after it. It is whole if head moves from here: until then nobody overwrites it.
            displaced.Read<TMemory>(slot + SlotLayout.WordSize);
            status = TProducers.TryClaimBeyond<TMemory>(_view, ref _producer, lane, tail);
            if (status == RingStatus.Done)
            {
                position = tail;
                message = slot + SlotLayout.WordSize;
                dropped = TMemory.CompareAndSwap(ref _view.Head, head, head + 1); // E2; if it fails others have freed the slot
                if (dropped)
                {
                    displaced.Keep();
                    TMemory.Add(ref _view.Displaced, 1);
                }
            }
            else if (status == RingStatus.Blocked)
            {
                status = RingStatus.Done; // tail has moved: look again
            }
        }
        else if (word == SlotWord.Tombstone(head))
        {
            if (TMemory.CompareAndSwap(ref _view.Head, head, head + 1)) CountSkipped(1);
        }
        else
        {
            status = Recovery.Investigate<TMemory>(_view, _peers, slot, head, isHead: true, TProducers.IsExclusive,
                _producer.HeldUp.IsLong<TMemory>(head), ref _producer.HeldUp);
            // Whatever lies before its own next position the one producer has published: nobody else will end this wait.
            if (TProducers.IsExclusive && status == RingStatus.Blocked) status = RingStatus.Corrupt;
            // The words may have been let go of since Closed was looked at.
            if (status == RingStatus.Corrupt && _producer.HasLeft) status = RingStatus.Closed;
        }

        GC.KeepAlive(this);
        return status;
    }

    /// <summary>
    /// The position a capacity beyond head is claimed, and its claimer is about to take the oldest message. If it died before that, the
    /// message is lost with its call: head is moved past it, or nobody could displace any more. Precondition: tail was seen beyond that
    /// position (I1).
    /// </summary>
    /// <remarks>
    /// A claimer that lives, and has no intent there any more, has tried to move head before its intent went: then this swap of head fails.
    /// </remarks>
    private RingStatus TryPassForTheDead(long head)
    {
        RingStatus status = RingStatus.Blocked;
        if (_producer.HeldUp.IsLong<TMemory>(head) && !Recovery.IsCoveredByLiveLane<TMemory>(_view, _peers, head + _view.Capacity))
        {
            if (TMemory.CompareAndSwap(ref _view.Head, head, head + 1)) TMemory.Add(ref _view.Displaced, 1);
            status = RingStatus.Done;
        }

        GC.KeepAlive(this);
        return status;
    }

    /// <summary>
    /// As <see cref="TryClaimDisplacing"/>, where it is known what is displaced, and somebody else moves head. Blocked: tail is not there
    /// any more.
    /// </summary>
    public RingStatus TryClaimBeyond(Lane* lane, long tail, out long position, out byte* message)
    {
        RingStatus status = TProducers.TryClaimBeyond<TMemory>(_view, ref _producer, lane, tail);
        position = status == RingStatus.Done ? tail : 0;
        message = Slot(tail) + SlotLayout.WordSize;
        GC.KeepAlive(this);
        return status;
    }
}

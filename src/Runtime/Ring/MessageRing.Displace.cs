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
    /// Makes room by taking the oldest message, by the same swap of head as a consumer's, so that the two never disagree about who got
    /// it. Done: there was room, or there is now. Blocked: the oldest position is claimed by a live producer that has not published yet.
    /// </summary>
    public RingStatus TryDisplace(out T displaced, out bool dropped)
    {
        displaced = default;
        ValueReader<T> reader = new(ref displaced);
        return TryDisplace(ref reader, out dropped);
    }

    /// <summary>As <see cref="TryDisplace(out T, out bool)"/>, by a reader.</summary>
    public RingStatus TryDisplace<TReader>(ref TReader displaced, out bool dropped) where TReader : struct, IMessageReader, allows ref struct
    {
        dropped = false;
        if (TConsumers.TakesByStore)
            throw new InvalidOperationException("A queue declared with Overflow.Wait and one consumer never displaces. Declare Overflow.Any to use EnqueueShift.");

        long head = TMemory.LoadAcquire(ref _view.Head);
        long tail = TMemory.LoadAcquire(ref _view.Tail);
        if (Volatile.Read(ref _producer.Closed) != 0) return RingStatus.Closed;
        if (tail < 0) return RingStatus.Completed;
        // After a death tail may lag behind the words (T1), and only the producer's own count says that the ring is full.
        if (TProducers.IsExclusive) tail = _producer.Next;
        if (tail - head < _view.Capacity) return RingStatus.Done;

        byte* slot = Slot(head);
        long word = TMemory.LoadAcquire(ref Word(slot)); // E1
        if (word == SlotWord.Published(head))
        {
            displaced.Read<TMemory>(slot + SlotLayout.WordSize);
            dropped = TMemory.CompareAndSwap(ref _view.Head, head, head + 1); // E2
            if (dropped)
            {
                displaced.Keep();
                TMemory.Add(ref _view.Displaced, 1);
            }

            GC.KeepAlive(this);
            return RingStatus.Done;
        }

        RingStatus status = RingStatus.Done;
        if (word == SlotWord.Tombstone(head))
        {
            if (TMemory.CompareAndSwap(ref _view.Head, head, head + 1)) CountSkipped(1);
        }
        else
        {
            status = Recovery.Investigate<TMemory>(_view, _peers, slot, head, isHead: true, TProducers.IsExclusive, ref _producer.StuckAt);
            // Whatever lies before its own next position the one producer has published: nobody else will end this wait.
            if (TProducers.IsExclusive && status == RingStatus.Blocked) status = RingStatus.Corrupt;
            // The words may have been let go of since Closed was looked at.
            if (status == RingStatus.Corrupt && Volatile.Read(ref _producer.Closed) != 0) status = RingStatus.Closed;
        }

        GC.KeepAlive(this);
        return status;
    }
}

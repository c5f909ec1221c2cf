using System.Runtime.CompilerServices;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Ring;

internal sealed unsafe partial class MessageRing<T, TProducers, TConsumers, TMemory>
    where T : unmanaged
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
    where TMemory : struct, IMemory
{
    /// <summary>Sends one message if there is room.</summary>
    /// <remarks>
    /// Between the claim and its release nothing can throw: there are loads, stores, a swap and a copy of plain bytes. So the mark needs no
    /// finally, here and in a batch. What can throw (a serializer) runs between <see cref="TryClaim(Lane*, out long, out byte*)"/> and
    /// <see cref="Publish"/>, in the caller's using.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RingStatus TryEnqueue(Lane* lane, in T message)
    {
        long position = TProducers.ClaimOne<TMemory>(_view, ref _producer, lane);
        if (position < 0) return (RingStatus)~position;
        byte* slot = Slot(position);
        TMemory.Write(slot + SlotLayout.WordSize, message);
        TMemory.StoreRelease(ref Word(slot), SlotWord.Published(position)); // E1
        TProducers.Advance<TMemory>(_view, ref _producer, position + 1);
        TProducers.Release<TMemory>(ref _producer, lane);
        GC.KeepAlive(this);
        return RingStatus.Done;
    }

    /// <summary>
    /// Sends as many messages as there is room for: one claim, words published in order, so that consumers follow at the heel.
    /// </summary>
    public RingStatus TryEnqueue(Lane* lane, ReadOnlySpan<T> messages, out int sent)
    {
        RingStatus status = TProducers.TryClaim<TMemory>(
            _view, ref _producer, lane, (int)Math.Min(messages.Length, _view.Capacity), out long first, out sent);
        if (status == RingStatus.Done)
        {
            for (int i = 0; i < sent; i++)
            {
                byte* slot = Slot(first + i);
                TMemory.Write(slot + SlotLayout.WordSize, messages[i]);
                TMemory.StoreRelease(ref Word(slot), SlotWord.Published(first + i)); // E1
            }

            TProducers.Advance<TMemory>(_view, ref _producer, first + sent);
            TProducers.Release<TMemory>(ref _producer, lane);
        }
        else
        {
            sent = 0;
        }

        GC.KeepAlive(this);
        return status;
    }

    /// <summary>Claims one slot to be written in place.</summary>
    public RingStatus TryClaim(Lane* lane, out long position, out byte* message)
    {
        RingStatus status = TryClaim(lane, 1, out position, out _);
        message = Slot(position) + SlotLayout.WordSize;
        return status;
    }

    /// <summary>Claims up to so many slots in a row, to be written in place: one claim, as of a batch.</summary>
    /// <param name="lane">The lane of the calling thread.</param>
    /// <param name="most">The most slots, from 1.</param>
    /// <param name="first">The first position.</param>
    /// <param name="claimed">How many there are.</param>
    public RingStatus TryClaim(Lane* lane, int most, out long first, out int claimed)
    {
        RingStatus status = TProducers.TryClaim<TMemory>(
            _view, ref _producer, lane, (int)Math.Min(most, _view.Capacity), out first, out claimed);
        GC.KeepAlive(this);
        return status;
    }

    /// <summary>Publishes the slots of a claim, oldest first. Precondition: the claim is open.</summary>
    public void Publish(Lane* lane, long first, int count = 1)
    {
        for (int i = 0; i < count; i++)
            TMemory.StoreRelease(ref Word(Slot(first + i)), SlotWord.Published(first + i)); // E1
        TProducers.Advance<TMemory>(_view, ref _producer, first + count);
        TProducers.Release<TMemory>(ref _producer, lane);
        GC.KeepAlive(this);
    }

    /// <summary>Gives the slots of a claim up. Precondition: the claim is open.</summary>
    public void Abandon(Lane* lane, long first, int count = 1)
    {
        // With one producer nobody has seen the claim: it is as if it had never been. With many, each position is passed by a tombstone;
        // its owner lives, so nobody else writes the word now, and a store is enough.
        if (!TProducers.IsExclusive)
        {
            for (int i = 0; i < count; i++)
                TMemory.StoreRelease(ref Word(Slot(first + i)), SlotWord.Tombstone(first + i)); // I2
            TMemory.Add(ref _view.Abandoned, count);
        }

        TProducers.Release<TMemory>(ref _producer, lane);
        GC.KeepAlive(this);
    }

    /// <summary>Whether a slot is free now, for those who want to know before they send. Claims nothing and needs no role.</summary>
    /// <returns>
    /// Done: there is one. Blocked: the ring is full. Completed or Closed: there will never be one for this handle. Corrupt: no run of the
    /// protocol comes to these words.
    /// </returns>
    public RingStatus FindRoom()
    {
        if (_producer.HasLeft) return RingStatus.Closed;
        long tail = TMemory.LoadAcquire(ref _view.Tail);
        if (tail < 0) return RingStatus.Completed;
        // T1: the shared tail of one producer may lag behind what that producer knows itself.
        if (TProducers.IsExclusive) tail = Math.Max(tail, _producer.Next);
        long head = TMemory.LoadAcquire(ref _view.Head); // E2
        GC.KeepAlive(this);
        // As a claim sees it: tail was read first, and is beyond head by a capacity and the one position of a producer that displaces, at
        // most. A sum, not a difference: it overflows for a head that is no position.
        long limit = head + _view.Capacity;
        if (tail > limit + 1 || head < _view.Capacity || tail < _view.Capacity)
            return _producer.HasLeft ? RingStatus.Closed : RingStatus.Corrupt; // the words may have been let go of
        return tail < limit ? RingStatus.Done : RingStatus.Blocked;
    }
}

using TypedShmQueue.CompilerServices;

namespace TypedShmQueue.Ring;

internal sealed unsafe partial class MessageRing<T, TProducers, TConsumers, TMemory>
    where T : unmanaged
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
    where TMemory : struct, IMemory
{
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

using TypedShmQueue.CompilerServices;

namespace TypedShmQueue.Ring;

internal sealed unsafe partial class MessageRing<T, TProducers, TConsumers, TMemory>
    where T : unmanaged
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
    where TMemory : struct, IMemory
{
    /// <summary>Whether a slot is free now, for those who want to know before they send. Claims nothing and needs no role.</summary>
    /// <returns>Done: there is one. Blocked: the ring is full. Completed or Closed: there will never be one for this handle.</returns>
    public RingStatus FindRoom()
    {
        if (Volatile.Read(ref _producer.Closed) != 0) return RingStatus.Closed;
        long tail = TMemory.LoadAcquire(ref _view.Tail);
        if (tail < 0) return RingStatus.Completed;
        // T1: the shared tail of one producer may lag behind what that producer knows itself.
        if (TProducers.IsExclusive) tail = Math.Max(tail, _producer.Next);
        long head = TMemory.LoadAcquire(ref _view.Head); // E2
        GC.KeepAlive(this);
        return tail - head < _view.Capacity ? RingStatus.Done : RingStatus.Blocked;
    }
}

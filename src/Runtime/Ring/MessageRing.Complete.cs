using TypedShmQueue.CompilerServices;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Ring;

/// <content>
/// The end of one producer's stream, whichever thread of its handle comes to it. Many producers need none of this: their claims fail by
/// themselves once tail has the bit.
/// </content>
internal sealed unsafe partial class MessageRing<T, TProducers, TConsumers, TMemory>
    where T : unmanaged
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
    where TMemory : struct, IMemory
{
    /// <summary>
    /// Keeps out the claims that have not begun. Precondition: this handle has the role, and the caller has a lock that every thread takes
    /// that completes or gives the handle up.
    /// </summary>
    /// <returns>False: the handle is being given up.</returns>
    public bool TryBeginCompleting()
    {
        if (!TMemory.CompareAndSwapMark(ref _producer.Closed, 0, ProducerSide.Completing)) return false;
        // T2: a claim of another thread has shown its mark by now, or will see Closed.
        TMemory.FenceOwnThreads();
        return true;
    }

    /// <summary>Ends the stream, unless a claim that had begun is still open. Precondition: begun.</summary>
    public bool TryComplete()
    {
        if (TMemory.LoadMark(ref _producer.InFlight) != 0) return false; // T2
        TMemory.StoreRelease(ref _view.Tail, _producer.Next | Segment.CompletedBit);
        // Each later claim looks at tail. No claim is open, so none has a limit from before that it may store.
        _producer.Limit = ProducerSide.NotLooked;
        GC.KeepAlive(this);
        return true;
    }

    /// <summary>Lets claims in again: they find the end, or go on. Nothing is undone if the handle is being given up by now.</summary>
    public void EndCompleting() => _ = TMemory.CompareAndSwapMark(ref _producer.Closed, ProducerSide.Completing, 0); // T2
}

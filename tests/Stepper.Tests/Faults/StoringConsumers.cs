using TypedShmQueue.Layout;
using TypedShmQueue.Ring;

namespace TypedShmQueue.Stepper.Tests.Faults;

/// <summary>Many consumers that store head where they must swap it.</summary>
internal readonly struct StoringConsumers : IConsumerRole
{
    static bool IConsumerRole.IsExclusive => false;

    static bool IConsumerRole.TakesByStore => false;

    static bool IConsumerRole.IsBroadcast => false;

    static long IConsumerRole.Head<TMemory>(in RingView ring, ref ConsumerSide side) => TMemory.LoadAcquire(ref ring.Head);

    static bool IConsumerRole.TryAdvance<TMemory>(in RingView ring, ref ConsumerSide side, long from, long to)
    {
        TMemory.StoreRelease(ref ring.Head, to);
        return true;
    }
}

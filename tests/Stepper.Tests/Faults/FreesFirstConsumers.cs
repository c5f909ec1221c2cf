using TypedShmQueue.Layout;
using TypedShmQueue.Ring;

namespace TypedShmQueue.Stepper.Tests.Faults;

/// <summary>Many consumers with E2 the wrong way round: head is moved first, and the message copied out of a slot that is free.</summary>
internal readonly unsafe struct FreesFirstConsumers : IConsumerRole
{
    static bool IConsumerRole.IsExclusive => false;

    static bool IConsumerRole.TakesByStore => false;

    static bool IConsumerRole.IsBroadcast => false;

    static long IConsumerRole.Head<TMemory>(in RingView ring, ref ConsumerSide side)
    {
        while (true)
        {
            long head = TMemory.LoadAcquire(ref ring.Head);
            byte* slot = ring.Slots + ((head & ring.Mask) * SlotLayout.Stride(sizeof(Programs.Pair)));
            if (TMemory.LoadAcquire(ref *(long*)slot) != SlotWord.Published(head)) return head;
            if (TMemory.CompareAndSwap(ref ring.Head, head, head + 1)) return head;
        }
    }

    static bool IConsumerRole.TryAdvance<TMemory>(in RingView ring, ref ConsumerSide side, long from, long to) => true;
}

using TypedShmQueue.Layout;
using TypedShmQueue.Ring;

namespace TypedShmQueue.Stepper.Tests.Faults;

/// <summary>One producer with T1 the wrong way round: tail is published before the words.</summary>
internal readonly unsafe struct TailFirstProducer : IProducerRole
{
    static bool IProducerRole.IsExclusive => true;

    static long IProducerRole.ClaimOne<TMemory>(in RingView ring, ref ProducerSide side, Lane* lane)
    {
        RingStatus status = Role<TailFirstProducer>.TryClaim<TMemory>(ring, ref side, lane, 1, out long first, out _);
        return status == RingStatus.Done ? first : ~(long)status;
    }

    static RingStatus IProducerRole.TryClaim<TMemory>(
        in RingView ring, ref ProducerSide side, Lane* lane, int wanted, out long first, out int claimed)
    {
        RingStatus status = Role<OneProducer>.TryClaim<TMemory>(ring, ref side, lane, wanted, out first, out claimed);
        if (status == RingStatus.Done) TMemory.StoreRelease(ref ring.Tail, first + claimed);
        return status;
    }

    static RingStatus IProducerRole.TryClaimBeyond<TMemory>(in RingView ring, ref ProducerSide side, Lane* lane, long tail) =>
        Role<OneProducer>.TryClaimBeyond<TMemory>(ring, ref side, lane, tail);

    static void IProducerRole.Advance<TMemory>(in RingView ring, ref ProducerSide side, long next) => side.Next = next;

    static void IProducerRole.Release<TMemory>(ref ProducerSide side, Lane* lane) => Role<OneProducer>.Release<TMemory>(ref side, lane);
}

using TypedShmQueue.Layout;
using TypedShmQueue.Ring;

namespace TypedShmQueue.Stepper.Tests.Faults;

/// <summary>Many producers without I2: the intent goes as soon as the claim is made, before the word is there.</summary>
internal readonly unsafe struct EarlyReleaseProducers : IProducerRole
{
    static bool IProducerRole.IsExclusive => false;

    static long IProducerRole.ClaimOne<TMemory>(in RingView ring, ref ProducerSide side, Lane* lane)
    {
        RingStatus status = Role<EarlyReleaseProducers>.TryClaim<TMemory>(ring, ref side, lane, 1, out long first, out _);
        return status == RingStatus.Done ? first : ~(long)status;
    }

    static RingStatus IProducerRole.TryClaim<TMemory>(
        in RingView ring, ref ProducerSide side, Lane* lane, int wanted, out long first, out int claimed)
    {
        RingStatus status = Role<ManyProducers>.TryClaim<TMemory>(ring, ref side, lane, wanted, out first, out claimed);
        if (status == RingStatus.Done) TMemory.StoreRelease(ref lane->First, 0);
        return status;
    }

    static RingStatus IProducerRole.TryClaimBeyond<TMemory>(in RingView ring, ref ProducerSide side, Lane* lane, long tail) =>
        Role<ManyProducers>.TryClaimBeyond<TMemory>(ring, ref side, lane, tail);

    static void IProducerRole.Advance<TMemory>(in RingView ring, ref ProducerSide side, long next)
    {
        // Tail has moved already.
    }

    static void IProducerRole.Release<TMemory>(ref ProducerSide side, Lane* lane)
    {
        // Gone already.
    }
}

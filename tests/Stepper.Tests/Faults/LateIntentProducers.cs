using TypedShmQueue.Layout;
using TypedShmQueue.Ring;

namespace TypedShmQueue.Stepper.Tests.Faults;

/// <summary>Many producers with I1 the wrong way round: the claim first, its intent after it.</summary>
internal readonly unsafe struct LateIntentProducers : IProducerRole
{
    static bool IProducerRole.IsExclusive => false;

    static long IProducerRole.ClaimOne<TMemory>(in RingView ring, ref ProducerSide side, Lane* lane)
    {
        RingStatus status = Role<LateIntentProducers>.TryClaim<TMemory>(ring, ref side, lane, 1, out long first, out _);
        return status == RingStatus.Done ? first : ~(long)status;
    }

    static RingStatus IProducerRole.TryClaim<TMemory>(
        in RingView ring, ref ProducerSide side, Lane* lane, int wanted, out long first, out int claimed)
    {
        while (true)
        {
            first = TMemory.LoadAcquire(ref ring.Tail);
            claimed = (int)Math.Min(wanted, TMemory.LoadAcquire(ref ring.Head) + ring.Capacity - first);
            if (claimed <= 0) return RingStatus.Blocked;
            if (!TMemory.CompareAndSwap(ref ring.Tail, first, first + claimed)) continue;
            TMemory.StoreRelease(ref lane->Count, claimed);
            TMemory.StoreRelease(ref lane->First, first);
            return RingStatus.Done;
        }
    }

    static RingStatus IProducerRole.TryClaimBeyond<TMemory>(in RingView ring, ref ProducerSide side, Lane* lane, long tail) =>
        Role<ManyProducers>.TryClaimBeyond<TMemory>(ring, ref side, lane, tail);

    static void IProducerRole.Advance<TMemory>(in RingView ring, ref ProducerSide side, long next)
    {
        // Tail has moved already.
    }

    static void IProducerRole.Release<TMemory>(ref ProducerSide side, Lane* lane) => TMemory.StoreRelease(ref lane->First, 0);
}

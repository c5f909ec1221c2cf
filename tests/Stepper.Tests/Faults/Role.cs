using TypedShmQueue.Layout;
using TypedShmQueue.Ring;

namespace TypedShmQueue.Stepper.Tests.Faults;

/// <summary>A role by its type, for a fault that is but one step away from a production one.</summary>
internal static unsafe class Role<TRole> where TRole : struct, IProducerRole
{
    public static RingStatus TryClaim<TMemory>(in RingView ring, ref ProducerSide side, Lane* lane, int wanted, out long first,
        out int claimed)
        where TMemory : struct, IMemory => TRole.TryClaim<TMemory>(ring, ref side, lane, wanted, out first, out claimed);

    public static RingStatus TryClaimBeyond<TMemory>(in RingView ring, ref ProducerSide side, Lane* lane, long tail)
        where TMemory : struct, IMemory => TRole.TryClaimBeyond<TMemory>(ring, ref side, lane, tail);

    public static void Release<TMemory>(ref ProducerSide side, Lane* lane)
        where TMemory : struct, IMemory => TRole.Release<TMemory>(ref side, lane);
}

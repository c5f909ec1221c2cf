using TypedShmQueue.Layout;

namespace TypedShmQueue.Ring;

/// <summary>What becomes of a subscription whose holder died.</summary>
internal static unsafe class Eviction
{
    /// <summary>
    /// Ends an anonymous subscription, and leaves a named one without a holder. The state's word has a serial, and an owner word never
    /// comes again: neither swap can hit a later subscription in the same entry. Precondition: the owner was found dead.
    /// </summary>
    public static void Evict<TMemory>(SubscriptionRecord* record, SubscriptionState state, long owner) where TMemory : struct, IMemory
    {
        if (state.IsNamed) TMemory.StoreRelease(ref record->AbsentSince, Clock.Now);
        else if (!TMemory.CompareAndSwap(ref record->State, state.Word, 0)) return;
        _ = TMemory.CompareAndSwap(ref record->Owner, owner, 0);
    }

    /// <summary>Whether a named subscription without a holder is still waited for.</summary>
    public static bool HoldsWhileAbsent<TMemory>(SubscriptionRecord* record) where TMemory : struct, IMemory
    {
        long limit = TMemory.LoadAcquire(ref record->HoldMilliseconds);
        return limit < 0 || (limit > 0 && Clock.Now - TMemory.LoadAcquire(ref record->AbsentSince) < limit);
    }
}

using TypedShmQueue.Layout;

namespace TypedShmQueue.Ring.Broadcast;

/// <summary>What becomes of a subscription whose holder died.</summary>
internal static unsafe class Eviction
{
    /// <summary>
    /// Ends an anonymous subscription, and leaves a named one without a holder. The state's word has a serial, and an owner word never
    /// comes again: neither swap can hit a later subscription in the same entry. Precondition: the owner was found dead.
    /// </summary>
    public static void Evict<TMemory>(in SubscriptionsView queue, SubscriptionRecord* record, SubscriptionState state, long owner)
        where TMemory : struct, IMemory
    {
        Steps.At("eviction: found dead");
        if (state.IsNamed ? !TryNoteAbsence<TMemory>(queue, record, owner) : !TMemory.CompareAndSwap(ref record->State, state.Word, 0))
            return;
        Steps.At("eviction: ended or absent");
        _ = TMemory.CompareAndSwap(ref record->Owner, owner, 0);
        Steps.At("eviction: without a holder");
    }

    /// <summary>
    /// The time is there before the owner is gone, or its absence would seem to be an old one. The clock is read while the dead one is
    /// still the owner, and the time is only ever raised: a late writer does not overwrite the time of a successor, which began and ended
    /// later.
    /// </summary>
    private static bool TryNoteAbsence<TMemory>(in SubscriptionsView queue, SubscriptionRecord* record, long owner)
        where TMemory : struct, IMemory
    {
        long now = Clock.Now(queue);
        if (TMemory.LoadAcquire(ref record->Owner) != owner) return false;
        while (true)
        {
            long since = TMemory.LoadAcquire(ref record->AbsentSince);
            if (since >= now || TMemory.CompareAndSwap(ref record->AbsentSince, since, now)) return true;
        }
    }

    /// <summary>
    /// Whether a named subscription without a holder is still waited for. It only looks: the segment may be mapped for reading.
    /// </summary>
    public static bool HoldsWhileAbsent<TMemory>(in SubscriptionsView queue, SubscriptionRecord* record) where TMemory : struct, IMemory
    {
        long limit = TMemory.LoadAcquire(ref record->HoldMilliseconds);
        return limit < 0 || (limit > 0 && Clock.Now(queue) - TMemory.LoadAcquire(ref record->AbsentSince) < limit);
    }

    /// <summary>
    /// Has an absence begin now whose begin is of the future: it was noted before a restart of the machine, by a wall clock that was ahead.
    /// Nobody would be held longer than was asked for.
    /// </summary>
    public static void DistrustFuture<TMemory>(in SubscriptionsView queue, SubscriptionRecord* record) where TMemory : struct, IMemory
    {
        // The clock after the note: within one start of the machine whoever noted it had read the clock before.
        long since = TMemory.LoadAcquire(ref record->AbsentSince), now = Clock.Now(queue);
        if (since > now) _ = TMemory.CompareAndSwap(ref record->AbsentSince, since, now);
    }
}

using TypedShmQueue.CompilerServices;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Ring.Groups;

/// <content>How a group begins. The callers hold the lock under which groups and subscriptions are found and begun.</content>
internal sealed unsafe partial class GroupRing<TMemory>
    where TMemory : struct, IMemory
{
    /// <summary>
    /// Begins the group at the floor, the oldest position that is not about to be overwritten. It has no name until it is kept.
    /// </summary>
    /// <param name="self">This handle's owner word.</param>
    /// <param name="mayDisplace">Whether producers may displace.</param>
    /// <remarks>
    /// B3, as for a subscription: the entry is whole before Joined is raised, and the floor is read after. A producer that displaces may
    /// have looked before: it has claimed, or will claim, the slot of the position that head was at, and of no other, because every later
    /// claim looks again. It can have claimed only if the ring is full now: then the group begins after that position.
    /// </remarks>
    public RingStatus Begin(long self, bool mayDisplace)
    {
        TMemory.StoreRelease(ref _record->Owner, self);
        FloorWord floor = Floor.Read<TMemory>(_view, out long head);
        long position = floor.PositionFrom(head);
        if (!Floor.IsPossible(_view, head, position)) return RingStatus.Corrupt;
        Place(position);
        Raised.To<TMemory>(ref _groups.Used, _group + 1); // producers look at groups below Used only
        TMemory.StoreRelease(ref _record->State, SubscriptionState.Of(RaiseJoined(), lossy: false, named: false).Word);
        _ = RaiseJoined(); // B3
        floor = Floor.Read<TMemory>(_view, out head);
        position = floor.PositionFrom(head);
        if (!Floor.IsPossible(_view, head, position)) return RingStatus.Corrupt;
        long tail = TMemory.LoadAcquire(ref _view.Tail) & ~Segment.CompletedBit;
        if (mayDisplace && tail - head >= _view.Capacity) position = Math.Max(position, head + 1); // B5
        if (position > _record->Next) Place(position);
        return RingStatus.Done;
    }

    /// <summary>
    /// Passes over finished positions up to this one, or the first that is not finished, or the first that was sent at or after the cutoff.
    /// For a group that begins: nobody takes from it yet.
    /// </summary>
    public void SkipTo(long end, SubscriptionsView stamps, long sentBefore)
    {
        long position = TMemory.LoadAcquire(ref _record->Next);
        while (position < end && IsFinished(position))
        {
            if (sentBefore != long.MaxValue && TMemory.LoadAcquire(ref stamps.Stamp(position)) >= sentBefore) break;
            position++;
        }

        // The cursor last: it is what lets producers go on, and what lies between the two is not handed out.
        TMemory.StoreRelease(ref _record->Next, position);
        TMemory.StoreRelease(ref _record->Cursor, position);
    }

    /// <summary>From here on the group outlives whoever began it.</summary>
    public void Keep()
    {
        SubscriptionState state = new(TMemory.LoadAcquire(ref _record->State));
        TMemory.StoreRelease(ref _record->State, state.WithName.Word);
    }

    /// <summary>Ends the group. Precondition: nobody is a member.</summary>
    public void End()
    {
        TMemory.StoreRelease(ref _record->State, 0);
        GC.KeepAlive(this);
    }

    private void Place(long position)
    {
        // A lap that no position of the next two laps has.
        long before = LedgerWord.BeforeLap(_groups.Lap(position)).Word;
        for (long i = 0; i < _view.Capacity; i++) TMemory.StoreRelease(ref _groups.Ledger(_group, i), before);
        TMemory.StoreRelease(ref _record->Returns, 0);
        TMemory.StoreRelease(ref _record->Next, position);
        TMemory.StoreRelease(ref _record->Cursor, position);
    }

    private bool IsFinished(long position)
    {
        long word = TMemory.LoadAcquire(ref Word(position)); // E1
        return word == SlotWord.Published(position) || word == SlotWord.Tombstone(position);
    }

    private long RaiseJoined() => Raised.ByOne<TMemory>(ref _groups.Joined);
}

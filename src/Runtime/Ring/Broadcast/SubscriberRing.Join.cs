using TypedShmQueue.Layout;

namespace TypedShmQueue.Ring.Broadcast;

internal sealed unsafe partial class SubscriberRing<T, TMemory>
    where T : unmanaged
    where TMemory : struct, IMemory
{
    /// <summary>
    /// Begins a subscription at the floor, the oldest position that is not about to be overwritten. Precondition: the entry is owned.
    /// </summary>
    /// <remarks>
    /// B3: the entry is whole before Joined is raised, and the floor is read after. A producer announces the floor before it looks at
    /// Joined and the entries. So it either finds this entry, and waits for it, or this subscription begins at the announced floor.
    /// </remarks>
    /// <remarks>
    /// Until it is where it was asked to begin it has no name, and goes with its holder: who dies on the way leaves nothing to be taken up.
    /// </remarks>
    public RingStatus Begin(bool lossy)
    {
        long serial = RaiseJoined();
        FloorWord floor = Floor.Read<TMemory>(_view, out long head);
        long position = floor.PositionFrom(head);
        if (!IsPossible(head, position)) return RingStatus.Corrupt;
        _side.SecondTallyHolds = true;
        TMemory.StoreRelease(ref _record->SecondTally.At, long.MaxValue);
        Count(0, floor.TombstonesBelow(position), missed: 0);
        MoveTo(position);
        // Before the state: an entry that nobody looks at would hold nobody back.
        Raised.To<TMemory>(ref _subscriptions.Used, _record - _subscriptions.Records + 1);
        TMemory.StoreRelease(ref _record->State, SubscriptionState.Of(serial, lossy, named: false).Word);
        _ = RaiseJoined(); // B3
        return GoOn(lossy, begins: true);
    }

    /// <summary>Takes a named subscription up where it was left. Precondition: the entry is owned.</summary>
    public RingStatus Resume(bool lossy)
    {
        long cursor = TMemory.LoadAcquire(ref _record->Cursor);
        long tail = TMemory.LoadAcquire(ref _view.Tail) & ~Segment.CompletedBit;
        // T1, as in IsPossible.
        if (cursor < _view.Capacity || cursor > tail + (_oneProducer ? _view.Capacity : 0) || !TryReadTally(cursor))
            return RingStatus.Corrupt;
        _side.Next = cursor;
        TMemory.StoreRelease(ref _record->State, SubscriptionState.Of(RaiseJoined(), lossy, named: true).Word);
        _ = RaiseJoined(); // B3
        return GoOn(lossy, begins: false);
    }

    /// <summary>
    /// Passes over finished positions up to this one, or the first that is not finished, or the first that was sent at or after the
    /// cutoff. Nothing of it counts as missed. For a subscription that begins.
    /// </summary>
    public RingStatus SkipTo(long end, long sentBefore)
    {
        RingStatus status = EnterEither();
        _side.Skips = true;
        try
        {
            while (status == RingStatus.Done && _side.Next < end)
            {
                long cursor = _side.Next;
                if (TMemory.LoadAcquire(ref Word(Slot(cursor))) != SlotWord.Published(cursor)) // E1
                {
                    status = LookInto(cursor);
                    continue;
                }

                bool skips = sentBefore == long.MaxValue || TMemory.LoadAcquire(ref _subscriptions.Stamp(cursor)) < sentBefore;
                if (!IsWhole(cursor)) status = LookInto(cursor); // B1
                else if (skips) MoveTo(cursor + 1);
                else break;
            }
        }
        finally
        {
            _side.Skips = false;
            LeaveInAnyCase();
        }

        return status == RingStatus.Corrupt ? status : RingStatus.Done;
    }

    /// <summary>From here on the subscription outlives its holder. Precondition: it has begun, and the entry has a name.</summary>
    public void Keep()
    {
        SubscriptionState state = new(TMemory.LoadAcquire(ref _record->State));
        TMemory.StoreRelease(ref _record->State, state.WithName.Word);
    }

    /// <summary>Ends the subscription; a named one keeps its entry. Precondition: no call is in flight, and the entry is owned.</summary>
    public void End(bool named)
    {
        if (named) TMemory.StoreRelease(ref _record->AbsentSince, Clock.Now(_subscriptions));
        else TMemory.StoreRelease(ref _record->State, 0);
        TMemory.StoreRelease(ref _record->Owner, 0);
        GC.KeepAlive(this);
    }

    /// <summary>
    /// What lies below the floor may be overwritten by producers that looked before this subscription joined, what is above is not (B3):
    /// one that begins goes on at the floor; one that is taken up again stays where it is, unless its next message is gone.
    /// </summary>
    private RingStatus GoOn(bool lossy, bool begins)
    {
        FloorWord floor = Floor.Read<TMemory>(_view, out long head); // B3
        long position = floor.PositionFrom(head);
        if (!IsPossible(head, position)) return RingStatus.Corrupt;
        if (_side.Next < (begins ? position : head) && !TryJump(position, floor.TombstonesBelow(position), skips: begins))
            return RingStatus.Corrupt;
        if (!lossy && _subscriptions.RetentionMilliseconds == 0) _waitedForFrom = position;
        return RingStatus.Done;
    }

    private bool TryReadTally(long cursor)
    {
        long first = TMemory.LoadAcquire(ref _record->FirstTally.At), second = TMemory.LoadAcquire(ref _record->SecondTally.At);
        if (first > cursor && second > cursor) return false;
        _side.SecondTallyHolds = second <= cursor && (first > cursor || second > first);
        ref SubscriptionTally tally = ref _side.SecondTallyHolds ? ref _record->SecondTally : ref _record->FirstTally;
        _side.Tombstones = (uint)TMemory.LoadAcquire(ref tally.Tombstones);
        _side.Missed = TMemory.LoadAcquire(ref tally.Missed);
        return true;
    }

    /// <summary>A number that no subscription had before; a full fence.</summary>
    private long RaiseJoined() => Raised.ByOne<TMemory>(ref _subscriptions.Joined);
}

using TypedShmQueue.CompilerServices;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Ring.Broadcast;

/// <summary>
/// How producers of a broadcast queue make room: they move head, up to the slowest subscription that they wait for. One handle's view;
/// its threads share what it remembers.
/// </summary>
/// <remarks>
/// <para>The slowest cursor is remembered: cursors only grow, so it stays a true minimum until somebody joins. While nobody lags, the
/// cursors are read about once a lap, and head moves in steps of an eighth of the ring.</para>
/// <para>Head moves in two steps: the floor is announced, then the minimum is looked at, then head follows (B3). Positions below the
/// floor are finished, each a message or a tombstone, and the floor's word counts the tombstones.</para>
/// </remarks>
internal sealed unsafe class Gating<T, TMemory>(
    RingView ring, SubscriptionsView subscriptions, IPeers peers, bool oneProducer, object keepMapped, GroupsView groups = default)
    where T : unmanaged
    where TMemory : struct, IMemory
{
    /// <summary>Head moves by this part of the ring at most, so that a late subscriber still finds most of the last lap.</summary>
    private const int StepsInRing = 8;

    private readonly object _keepMapped = keepMapped;
    private readonly long _step = subscriptions.Count > 0 ? Math.Max(1, ring.Capacity / StepsInRing) : ring.Capacity;
    private int _remembering;
    private long _minimum;
    private long _minimumOf;

    /// <summary>By a subscription that is not past head, or by a claim there.</summary>
    private HeldUp _heldUp;

    /// <summary>The group that held producers up last.</summary>
    private BusyWorkers<TMemory> _workers;

    /// <summary>Since when a claim of the oldest position holds producers up, if one does; see <see cref="HeldUp.ClaimMetAt"/>.</summary>
    public long ClaimMetAt
    {
        get
        {
            long since = _heldUp.ClaimMetAt(TMemory.LoadAcquire(ref ring.Head));
            GC.KeepAlive(_keepMapped);
            return since;
        }
    }

    /// <summary>Of a producer that displaces: by a group that has not begun, whose founder may be dead.</summary>
    private HeldUp _heldUpByGroup;

    /// <summary>Of a producer that displaces, which waits for no subscription: by a claim at head.</summary>
    private HeldUp _heldUpByClaim;

    /// <summary>
    /// Makes room if the subscriptions that hold producers back are past the oldest messages. Done: there is room, or may be; look again.
    /// Blocked: one of them is not, or a live producer has not published the oldest.
    /// </summary>
    /// <param name="tail">The next position to claim, as the caller sees it.</param>
    /// <param name="asks">
    /// Whether to ask the kernel in any case if those who hold the caller back live: it is about to park, and will be away for long. Any
    /// other caller asks once it has been held up for long (<see cref="HeldUp"/>).
    /// </param>
    /// <param name="waits">Whether the caller looks again at once if there is no room.</param>
    public RingStatus TryMakeRoom(long tail, bool asks, bool waits)
    {
        FloorWord floor = Floor.Read<TMemory>(ring, out long head);
        long announced = floor.PositionFrom(head);
        if (!Floor.IsPossible(ring, head, announced)) return RingStatus.Corrupt;
        if (tail - head < ring.Capacity) return RingStatus.Done;
        if (waits && !asks && _workers.AreAt(groups, head)) return RingStatus.Blocked;
        bool remembers = Interlocked.Exchange(ref _remembering, 1) == 0;
        try
        {
            RingStatus status = TryMoveHead(head, announced, floor, asks, remembers);
            GC.KeepAlive(_keepMapped);
            return status;
        }
        finally
        {
            if (remembers) Volatile.Write(ref _remembering, 0);
        }
    }

    /// <summary>
    /// Reads the oldest message of a full ring, for a producer that will move head past it, whoever has still to take it, once it has
    /// claimed a position (<see cref="TryPassOldest"/>). Done without a head: look again, since there is room, or will be at the next look:
    /// everybody may have taken the message since the caller found none. Blocked: its live producer has not published it. Completed:
    /// nothing more will be sent, so nothing is displaced.
    /// </summary>
    /// <param name="tail">The next position to claim, as the caller sees it.</param>
    /// <param name="oldest">Reads the message.</param>
    /// <param name="head">Where it is.</param>
    /// <param name="isMessage">Whether there is a message, and not a tombstone.</param>
    public RingStatus TryReadOldest<TReader>(long tail, ref TReader oldest, out long head, out bool isMessage)
        where TReader : struct, IMessageReader, allows ref struct
    {
        head = 0;
        isMessage = false;
        if (subscriptions.ProducersWait)
            throw new InvalidOperationException("A broadcast queue declared with Overflow.Wait never displaces a message, because its "
                + "subscriptions rely on that. Declare Overflow.Any to use EnqueueShift.");

        FloorWord floor = Floor.Read<TMemory>(ring, out long now);
        long announced = floor.PositionFrom(now);
        if (!Floor.IsPossible(ring, now, announced)) return RingStatus.Corrupt;
        if (tail - now < ring.Capacity) return RingStatus.Done;
        // The caller's tail may be from before a Complete.
        if (TMemory.LoadAcquire(ref ring.Tail) < 0) return RingStatus.Completed;
        byte* slot = Slot(now);
        long word = TMemory.LoadAcquire(ref *(long*)slot); // E1
        isMessage = word == SlotWord.Published(now);
        if (!isMessage && word != SlotWord.Tombstone(now))
            return Recovery.Investigate<TMemory>(ring, peers, slot, now, isHead: false, oneProducer, _heldUpByClaim.IsLong<TMemory>(now),
                ref _heldUpByClaim);

        // What a group has not finished is not displaced. A group that begins now finds the claim that follows (B5).
        long minimum = MinimumOfGroups(now, asks: false);
        if (minimum <= now && _heldUpByGroup.IsLong<TMemory>(now)) minimum = MinimumOfGroups(now, asks: true);
        if (minimum <= now) return RingStatus.Blocked;
        // As TryMoveHead judges, which then makes room: what nobody has still to take is not displaced.
        if (Minimum(now, announced, asks: false, remembers: false) > now) return RingStatus.Done;
        if (isMessage) oldest.Read<TMemory>(slot + SlotLayout.WordSize);
        if (TMemory.LoadAcquire(ref ring.Displaces) == 0) TMemory.StoreRelease(ref ring.Displaces, 1); // B4: before the claim
        head = now;
        GC.KeepAlive(_keepMapped);
        return RingStatus.Done;
    }

    /// <summary>
    /// Moves head past what was read. False: somebody else has; if not, what was read is whole, since nobody overwrote it before.
    /// </summary>
    public bool TryPassOldest(long head)
    {
        bool passed = Oldest.TryPass<TMemory>(ring, Slot(head), head);
        GC.KeepAlive(_keepMapped);
        return passed;
    }

    /// <summary>
    /// The position a capacity beyond head is claimed, and its claimer is about to move head. Done: it died before that, and head was moved
    /// in its place; look again. Blocked: it lives. Precondition: tail was seen beyond that position (I1), and the oldest is finished.
    /// </summary>
    public RingStatus TryPassForTheDead(long head)
    {
        if (!_heldUpByClaim.IsLong<TMemory>(head) || Recovery.IsCoveredByLiveLane<TMemory>(ring, peers, head + ring.Capacity))
            return RingStatus.Blocked;
        _ = TryPassOldest(head);
        return RingStatus.Done;
    }

    private RingStatus TryMoveHead(long head, long announced, FloorWord floor, bool asks, bool remembers)
    {
        long minimum = Minimum(head, announced, asks, remembers);
        if (minimum <= head && !asks && _heldUp.IsLong<TMemory>(head)) minimum = Minimum(head, announced, asks: true, remembers);
        if (minimum <= head) return RingStatus.Blocked;
        if (announced == head)
        {
            RingStatus status = TryAnnounce(floor, head, Math.Min(head + _step, minimum), asks, out announced);
            if (status != RingStatus.Done || announced == head) return status;
            // B3: whoever joined without seeing the announcement is found now.
            minimum = Minimum(head, announced, asks, remembers);
            if (minimum <= head) return RingStatus.Blocked;
        }

        _ = TMemory.CompareAndSwap(ref ring.Head, head, Math.Min(announced, minimum)); // B1, B2
        return RingStatus.Done;
    }

    /// <summary>
    /// Raises the floor over finished positions. Done: it was raised to <paramref name="announced"/>, or somebody else moved it.
    /// </summary>
    private RingStatus TryAnnounce(FloorWord floor, long head, long end, bool asks, out long announced)
    {
        uint tombstones = floor.TombstonesBelow(head); // the floor is at head
        announced = end;
        // One producer publishes all that it claims, in order; and what groups alone have finished was published, or is a tombstone that
        // nobody counts.
        if (!oneProducer && subscriptions.Count > 0) announced = PassFinished(head, end, ref tombstones);
        if (announced == head)
            return Recovery.Investigate<TMemory>(ring, peers, Slot(head), head, isHead: false, oneProducer, asks
                || _heldUp.IsLong<TMemory>(head), ref _heldUp);
        if (!TMemory.CompareAndSwap(ref ring.Floor, floor.Word, FloorWord.Of(announced, tombstones).Word)) announced = head; // B3
        return RingStatus.Done;
    }

    private long PassFinished(long from, long end, ref uint tombstones)
    {
        for (; from < end; from++)
        {
            long word = TMemory.LoadAcquire(ref *(long*)Slot(from)); // E1
            if (word == SlotWord.Tombstone(from)) tombstones++;
            else if (word != SlotWord.Published(from)) break;
        }

        return from;
    }

    /// <summary>The least cursor of the subscriptions that hold producers back; head, if one of them is not past it.</summary>
    private long Minimum(long head, long announced, bool asks, bool remembers)
    {
        long joined = TMemory.LoadAcquire(ref subscriptions.Joined); // B3
        if (remembers && joined == _minimumOf && _minimum > head) return _minimum;
        long minimum = MinimumOfGroups(head, asks);
        if (minimum <= head) return head;
        bool lasts = true;
        int used = (int)Math.Clamp(TMemory.LoadAcquire(ref subscriptions.Used), 0, subscriptions.Count);
        for (int i = 0; i < used; i++)
        {
            SubscriptionRecord* record = subscriptions.Records + i;
            SubscriptionState state = new(TMemory.LoadAcquire(ref record->State));
            if (!state.IsActive || state.IsLossy) continue;
            long cursor = TMemory.LoadAcquire(ref record->Cursor); // B2
            if (cursor <= head)
            {
                if (!IsWaitedFor(record, state, joined, asks)) continue;
                cursor = PassExpired(head);
                // Overtaken, it would go on at the announced floor: if it joined in between, past messages that are not too old.
                if (cursor == head || cursor < announced) return head;
                // It may catch up with the retention, and be waited for where it then is.
                lasts = false;
            }

            minimum = Math.Min(minimum, cursor);
        }

        if (remembers)
        {
            _minimumOf = joined;
            _minimum = lasts ? minimum : 0;
        }

        return minimum;
    }

    /// <summary>
    /// The least cursor of the groups; none of them is ever overtaken. One that holds the caller back is moved over what is finished: its
    /// members do that now and then, and spare producers the ledger's lines. A group whose founder died before it had begun is ended.
    /// </summary>
    private long MinimumOfGroups(long head, bool asks)
    {
        long minimum = long.MaxValue;
        if (groups.Count == 0) return minimum;
        int used = (int)Math.Clamp(TMemory.LoadAcquire(ref groups.Used), 0, groups.Count);
        for (int i = 0; i < used; i++)
        {
            GroupRecord* record = groups.Records + i;
            SubscriptionState state = new(TMemory.LoadAcquire(ref record->State));
            if (!state.IsActive) continue;
            long cursor = TMemory.LoadAcquire(ref record->Cursor); // G4
            if (cursor <= head)
            {
                _workers.LookAt(i);
                cursor = GroupCursor.Advance<TMemory>(ring, groups, i, SlotLayout.Stride<T>(ring)); // G4
            }

            if (cursor <= head && !state.IsNamed && asks && !peers.IsAlive(TMemory.LoadAcquire(ref record->Owner)))
            {
                _ = TMemory.CompareAndSwap(ref record->State, state.Word, 0);
                continue;
            }

            minimum = Math.Min(minimum, cursor);
        }

        return minimum;
    }

    /// <summary>Whether a subscription holds producers back, wherever it is.</summary>
    private bool IsWaitedFor(SubscriptionRecord* record, SubscriptionState state, long joined, bool asks)
    {
        long owner = TMemory.LoadAcquire(ref record->Owner);
        if (owner != 0 && asks && !peers.IsAlive(owner))
        {
            Eviction.Evict<TMemory>(subscriptions, record, state, owner);
            // Somebody may have taken it up before the eviction: then no absence was noted, and it has a holder.
            owner = TMemory.LoadAcquire(ref record->Owner);
        }

        // Again, and after the owner: it may have got its name, or ended, since its state was read.
        state = new(TMemory.LoadAcquire(ref record->State));
        if (owner != 0) return state.IsActive;
        if (!state.IsNamed) return false;
        // Who takes an absent one up joins, and what is remembered is forgotten. If that was since this look began, it may have been just
        // in time, before the clock was read: look again.
        Eviction.DistrustFuture<TMemory>(subscriptions, record);
        return Eviction.HoldsWhileAbsent<TMemory>(subscriptions, record) || TMemory.LoadAcquire(ref subscriptions.Joined) != joined;
    }

    /// <summary>
    /// The position after the messages that are older than the retention, from head on and for one step at most. A tombstone is passed
    /// whatever its age: there is nothing to be missed.
    /// </summary>
    private long PassExpired(long head)
    {
        if (subscriptions.RetentionMilliseconds == 0) return head;
        long now = Clock.Now(subscriptions);
        long oldest = now - subscriptions.RetentionMilliseconds;
        long passed = head;
        for (long position = head; position < head + ring.Capacity && passed < head + _step; position++)
        {
            long word = TMemory.LoadAcquire(ref *(long*)Slot(position)); // E1
            bool isOld = word == SlotWord.Published(position) && IsStampedBefore(oldest, ref subscriptions.Stamp(position), now);
            if (!isOld && word != SlotWord.Tombstone(position)) break;
            passed = position + 1;
        }

        return passed;
    }

    /// <summary>
    /// A stamp of the future is from before a restart of the machine: its message ages from now on. It may be overwritten meanwhile, by
    /// another stamp, and then the swap fails.
    /// </summary>
    private bool IsStampedBefore(long oldest, ref long stamp, long now)
    {
        long seen = TMemory.LoadAcquire(ref stamp);
        if (seen <= now) return seen < oldest;
        // Whoever stamped it had read the clock before this thread does so again.
        now = Clock.Now(subscriptions);
        if (seen > now) _ = TMemory.CompareAndSwap(ref stamp, seen, now);
        return false;
    }

    private byte* Slot(long position) => ring.Slots + ((position & ring.Mask) * SlotLayout.Stride<T>(ring));
}

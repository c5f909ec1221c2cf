using TypedShmQueue.CompilerServices;
using TypedShmQueue.Layout;
using TypedShmQueue.Queue;
using TypedShmQueue.Queue.Groups;
using TypedShmQueue.Ring;
using TypedShmQueue.Ring.Groups;

namespace TypedShmQueue.Inspection;

/// <summary>
/// Does at once what the queue's processes do when they come to it: it passes positions that dead processes claimed, gives their roles
/// back, ends their subscriptions, returns the messages that they held and clears their entries. It attaches as any process does, and each
/// step asks the kernel who lives.
/// </summary>
/// <remarks>
/// Attaching may take the participant entry of a dead process. Whoever wants to name the dead must look before
/// (<see cref="SegmentReader"/>). One thread at a time.
/// </remarks>
internal sealed unsafe class SegmentRepair : IDisposable
{
    private readonly Session _session;
    private readonly RoleFlags _roles;

    private SegmentRepair(Session session, RoleFlags roles)
    {
        _session = session;
        _roles = roles;
    }

    /// <summary>Attaches to the queue. Null if there is none.</summary>
    /// <exception cref="ShmQueueLimitException">Every participant entry is held by a live handle.</exception>
    public static SegmentRepair? TryOpen(QueueContract contract, QueuePlace place) =>
        Session.TryOpen(contract, place) is { } session ? new SegmentRepair(session, contract.Roles) : null;

    /// <summary>Passes a claimed position without a message, if its claimer is dead.</summary>
    /// <remarks>
    /// Precondition: the position was seen without a message before, long enough ago for a call that is not paused to have ended.
    /// </remarks>
    public AbandonedPosition Pass(long position)
    {
        // One producer's claims are private, and nothing shared says that there is one (T1): its successor begins at the same position.
        if (_roles.HasOneProducer) return AbandonedPosition.Settled;
        RingView ring = _session.Ring;
        byte* slot = ring.Slots + ((position & ring.Mask) * _session.Geometry.SlotStride);
        long word = Volatile.Read(ref *(long*)slot);
        if (word == SlotWord.Published(position) || word == SlotWord.Tombstone(position)) return AbandonedPosition.Settled;
        // Head only grows: whoever comes to the position later passes it, in a broadcast queue at the cost of the oldest message.
        if (position - Volatile.Read(ref ring.Head) == ring.Capacity)
            return IsHeld(ring, position) ? AbandonedPosition.Held : AbandonedPosition.HoldsMessage;

        HeldUp heldUp = default;
        RingStatus status = Recovery.Investigate<HardwareMemory>(ring, _session, slot, position, isHead: false, oneProducer: false,
            asks: true, ref heldUp);
        bool isPassed = Volatile.Read(ref *(long*)slot) == SlotWord.Tombstone(position);
        GC.KeepAlive(_session);
        return status switch
        {
            RingStatus.Done => isPassed ? AbandonedPosition.Passed : AbandonedPosition.Settled,
            RingStatus.Blocked => AbandonedPosition.Held,
            RingStatus.Completed => AbandonedPosition.Settled,
            _ => AbandonedPosition.Corrupt,
        };
    }

    /// <summary>Gives the one producer's role back, if its holder is dead.</summary>
    public bool TryGiveBackProducerRole() => TryGiveBack(ref _session.Ring.ProducerRole);

    /// <summary>Gives the one consumer's role back, if its holder is dead.</summary>
    public bool TryGiveBackConsumerRole() => TryGiveBack(ref _session.Ring.ConsumerRole);

    /// <summary>Ends the anonymous subscriptions of the dead, and leaves their named ones without a holder.</summary>
    /// <returns>The name of each; null for an anonymous one.</returns>
    public IReadOnlyList<string?> EndSubscriptions()
    {
        List<string?> ended = [];
        for (int i = 0; i < _session.Subscriptions.InUse; i++)
        {
            SubscriptionRecord* record = _session.Subscriptions.Records + i;
            SubscriptionState state = new(Volatile.Read(ref record->State));
            long owner = Volatile.Read(ref record->Owner);
            if (!state.IsActive || owner == 0 || _session.IsAlive(owner)) continue;
            Eviction.Evict<HardwareMemory>(_session.Subscriptions, record, state, owner);
            ended.Add(state.IsNamed ? record->Name.ToString() : null);
        }

        if (ended.Count > 0) _session.NotFull.WakeAll();
        GC.KeepAlive(_session);
        return ended;
    }

    /// <summary>Removes a named subscription that nobody holds. False if there is none of that name.</summary>
    /// <exception cref="ShmQueueSubscriptionTakenException">Its holder lives.</exception>
    public bool RemoveSubscription(string name)
    {
        bool removed;
        _session.LockSubscribing();
        try
        {
            removed = new SubscriptionTable(_session).Remove(name);
        }
        finally
        {
            _session.UnlockSubscribing();
        }

        if (removed) _session.NotFull.WakeAll();
        GC.KeepAlive(_session);
        return removed;
    }

    /// <summary>Removes a group of which nobody is a member. False if there is none of that name.</summary>
    /// <exception cref="ShmQueueSubscriptionTakenException">Somebody is.</exception>
    public bool RemoveGroup(string name)
    {
        bool removed;
        _session.LockSubscribing();
        try
        {
            removed = new GroupTable(_session).Remove(name);
        }
        finally
        {
            _session.UnlockSubscribing();
        }

        if (removed) _session.NotFull.WakeAll();
        GC.KeepAlive(_session);
        return removed;
    }

    /// <summary>Gives the messages that the members of the groups held when they died to whoever takes next.</summary>
    /// <returns>How many there were; others may have been at it at the same time.</returns>
    public long ReturnLeasesOfTheDead()
    {
        long returned = 0;
        for (int i = 0; i < _session.Groups.InUse; i++)
        {
            GroupRecord* record = _session.Groups.Records + i;
            if (new SubscriptionState(Volatile.Read(ref record->State)) is not { IsActive: true, IsNamed: true }) continue;
            long before = Volatile.Read(ref record->TakenBack);
            _ = new GroupRing<HardwareMemory>(_session.Ring, _session.Groups, i, _session.Geometry.SlotStride, _session,
                _roles.HasOneProducer, timeoutMilliseconds: 0, _session.KeepMapped).Examine(Environment.TickCount64);
            returned += Volatile.Read(ref record->TakenBack) - before;
        }

        // Those who were woken for a message may be another group's, or subscribers.
        if (returned > 0) _session.NotEmpty.WakeAll();
        GC.KeepAlive(_session);
        return returned;
    }

    /// <summary>Takes a message back from its holder, whether that lives or not, for whoever takes next.</summary>
    /// <remarks>
    /// It is what a member does when a deadline has passed (<see cref="GroupRing{TMemory}.Examine"/>): the word is swapped from the one
    /// that the delivery left. So it fails if the holder settles first; and if not, the holder's own swap fails. The lock
    /// keeps the group from being removed and begun anew meanwhile.
    /// </remarks>
    /// <param name="group">The group's name; null for the workers of a queue with acknowledged delivery.</param>
    /// <param name="position">The position.</param>
    /// <param name="delivery">Its delivery, as the caller saw it; another one is left alone.</param>
    /// <returns>Whether this call took it back.</returns>
    public bool ReturnLease(string? group, long position, int delivery)
    {
        bool returned;
        _session.LockSubscribing();
        try
        {
            int index = group == null ? 0 : new GroupTable(_session).Find(group);
            returned = index >= 0 && index < _session.Groups.Count && TryReturn(index, position, delivery);
        }
        finally
        {
            _session.UnlockSubscribing();
        }

        // All of them: whoever is woken may be another group's, or a subscriber.
        if (returned) _session.NotEmpty.WakeAll();
        GC.KeepAlive(_session);
        return returned;
    }

    /// <summary>Clears the entries of the dead. How many there were; the entry that this attachment took over is not among them.</summary>
    public int ClearEntries() => _session.Participants.Bury();

    /// <summary>Detaches.</summary>
    public void Dispose() => _session.Detach();

    /// <summary>Whether somebody who lives may still publish the position.</summary>
    private bool IsHeld(RingView ring, long position)
    {
        bool held = Recovery.IsCoveredByLiveLane<HardwareMemory>(ring, _session, position);
        GC.KeepAlive(_session);
        return held;
    }

    private bool TryReturn(int group, long position, int delivery)
    {
        GroupRecord* record = _session.Groups.Records + group;
        if (position < Volatile.Read(ref record->Cursor) || position >= Volatile.Read(ref record->Next)) return false;
        long lap = _session.Groups.Lap(position);
        ref long word = ref _session.Groups.Ledger(group, position);
        LedgerWord seen = new(Volatile.Read(ref word));
        // Below next, a message whose word is of an earlier lap is in its first delivery. The slot says that the lap is not a later one.
        bool isHeld = seen.Lap == lap
            ? seen.IsLeased && seen.Delivery == delivery
            : delivery == 1 && seen.Word != 0 && IsMessage(position);
        if (!isHeld || Interlocked.CompareExchange(ref word, LedgerWord.Returned(lap, delivery).Word, seen.Word) != seen.Word) return false;
        _ = Interlocked.Increment(ref record->Returns); // G3: after the word
        _ = Interlocked.Increment(ref record->TakenBack);
        return true;
    }

    private bool IsMessage(long position) =>
        Volatile.Read(ref *(long*)(_session.Ring.Slots + ((position & _session.Ring.Mask) * _session.Geometry.SlotStride)))
            == SlotWord.Published(position);

    private bool TryGiveBack(ref long role)
    {
        long holder = Volatile.Read(ref role);
        bool given = holder != 0 && !_session.IsAlive(holder) && Interlocked.CompareExchange(ref role, 0, holder) == holder;
        GC.KeepAlive(_session);
        return given;
    }
}

/// <summary>What came of a claimed position without a message.</summary>
internal enum AbandonedPosition
{
    /// <summary>Its claimer was dead. The position will never have a message, and nobody waits for it any more.</summary>
    Passed,

    /// <summary>Nothing was to be done: its message is there, or it was passed by others.</summary>
    Settled,

    /// <summary>Its claimer lives.</summary>
    Held,

    /// <summary>
    /// Its claimer is dead, and its slot still holds the oldest message, which was to be displaced. The message stays, and whoever comes to
    /// the position passes it.
    /// </summary>
    HoldsMessage,

    /// <summary>The words are nothing that the protocol writes.</summary>
    Corrupt,
}

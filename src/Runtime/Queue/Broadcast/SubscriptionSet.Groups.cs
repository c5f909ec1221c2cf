using TypedShmQueue.CompilerServices;
using TypedShmQueue.Layout;
using TypedShmQueue.Ring;
using TypedShmQueue.Ring.Broadcast;

namespace TypedShmQueue.Queue.Broadcast;

/// <content>The consumer groups of a broadcast queue, and this handle's memberships.</content>
internal sealed unsafe partial class SubscriptionSet<T>
{
    private readonly List<GroupMember> _members = [];

    private GroupsView Groups => Session.Groups;

    /// <summary>Becomes a member of a group, which begins with this call if there is none of that name.</summary>
    public GroupMember Join(string name, SubscribeFrom from)
    {
        SubscriptionName.ThrowIfInvalid(name);
        queue.ThrowIfDisposed();
        // Before the lock: opening another queue takes locks of its own.
        string? deadLetter = Session.Options.DeadLetter is { } prefix ? $"{prefix}.{name}" : null;
        DeadLetters? deadLetters = deadLetter == null
            ? null
            : new DeadLetters<T, Subscribers>(queue.Name, deadLetter, () => OpenDeadLetters(deadLetter, name));
        try
        {
            return Locked(() => JoinLocked(name, from, deadLetters));
        }
        catch
        {
            deadLetters?.Dispose();
            throw;
        }
    }

    /// <summary>Removes a group of which nobody is a member. False if there is none of that name.</summary>
    public bool RemoveGroup(string name)
    {
        SubscriptionName.ThrowIfInvalid(name);
        bool removed = Locked(() =>
        {
            int group = FindGroup(name);
            if (group < 0) return false;
            ThrowIfAnyMember(group, name);
            Volatile.Write(ref Groups.Records[group].State, 0);
            return true;
        });
        if (removed) Session.NotFull.WakeAll();
        return removed;
    }

    /// <summary>Every group at this instant.</summary>
    public IReadOnlyList<ShmQueueGroup> GroupSnapshot()
    {
        queue.ThrowIfDisposed();
        IReadOnlyList<ShmQueueGroup> all = GroupList.Of(Session.Ring, Groups, Session.Geometry.SlotStride, Session.Participants.View,
            Session.Participants.Self.Word);
        GC.KeepAlive(queue);
        return all;
    }

    /// <summary>
    /// Each group has a dead-letter queue of its own, where its dead letters wait for the group of the same name: that of all groups would
    /// give each of them to all.
    /// </summary>
    private RingCore<T, ManyProducers, Subscribers> OpenDeadLetters(string name, string group)
    {
        RingCore<T, ManyProducers, Subscribers> core = new(DeadLetterPlace.Open<T>(Session, name));
        try
        {
            SubscriptionSet<T>.Of(core).Join(group, SubscribeFrom.Oldest).Dispose();
            return core;
        }
        catch
        {
            core.Dispose();
            throw;
        }
    }

    private GroupMember JoinLocked(string name, SubscribeFrom from, DeadLetters? deadLetters)
    {
        long end = Tail;
        int group = FindGroup(name);
        bool exists = group >= 0;
        if (!exists) group = FindFreeGroup();
        GroupMember member = new(queue, group, name, oneProducer, deadLetters, EndMember);
        // From here on the group is not removed: this entry says that it has a member.
        member.TakeEntry();
        bool isWhole = exists;
        try
        {
            if (!exists) Begin(member.Ring, group, name, from, end);
            isWhole = true;
            lock (_subscribing)
            {
                // Dispose has begun meanwhile, and knows nothing of this one.
                if (_closing) throw queue.WasDisposed();
                _members.Add(member);
            }

            return member;
        }
        catch
        {
            if (!isWhole) member.Ring.End();
            member.LeaveEntries();
            throw;
        }
    }

    private void Begin(GroupRing<HardwareMemory> ring, int group, string name, SubscribeFrom from, long end)
    {
        ThrowIfCorrupt(ring.Begin(Session.Participants.Self.Word, mayDisplace: !Session.Subscriptions.ProducersWait));
        Steps.At("group: at the floor");
        if (from.IsPosition(out long asked)) BeginAt(ring, asked, end);
        else if (!from.IsOldest) ring.SkipTo(end, default, long.MaxValue);
        else if (Session.Geometry.RetentionMilliseconds is > 0 and long retention)
            ring.SkipTo(end, Session.Subscriptions, Clock.Now(Session.Subscriptions) - retention);
        Groups.Records[group].Name = new ShmText64(name);
        Groups.Records[group].CreatedUnixMilliseconds = Clock.Wall;
        Steps.At("group: described");
        ring.Keep();
        Steps.At("group: begun");
    }

    private void BeginAt(GroupRing<HardwareMemory> ring, long asked, long end)
    {
        long oldest = ring.Position;
        long position = asked > long.MaxValue - queue.Capacity ? long.MaxValue : asked + queue.Capacity;
        ring.SkipTo(Math.Min(position, end + (oneProducer ? queue.Capacity : 0)), default, long.MaxValue);
        if (ring.Position != position)
            throw new ShmQueuePositionException(queue.Name, asked, oldest - queue.Capacity, ring.Position - queue.Capacity);
    }

    private int FindGroup(string name)
    {
        for (int i = 0; i < Groups.InUse; i++)
        {
            ref GroupRecord record = ref Groups.Records[i];
            if (new SubscriptionState(Volatile.Read(ref record.State)) is { IsActive: true, IsNamed: true }
                && record.Name.Equals(name)) return i;
        }

        return -1;
    }

    /// <summary>One that was being begun by a process that died is free: whoever begins one holds the lock.</summary>
    private int FindFreeGroup()
    {
        for (int i = 0; i < Groups.Count; i++)
        {
            ref long state = ref Groups.Records[i].State;
            long seen = Volatile.Read(ref state);
            if (new SubscriptionState(seen) is { IsActive: true, IsNamed: true }) continue;
            if (seen != 0) _ = Interlocked.CompareExchange(ref state, 0, seen);
            return i;
        }

        throw new ShmQueueLimitException(queue.Name, ShmQueueLimit.Groups,
            $"The queue '{queue.Name}' has no free group: all of its MaxGroups ({Groups.Count}) are taken. Remove one that nobody needs " +
                $"any more (RemoveGroup), or create the queue with a larger ShmQueueOptions.MaxGroups.");
    }

    private void ThrowIfAnyMember(int group, string name)
    {
        for (int i = 0; i < Groups.LeaseCount; i++)
        {
            LeaseRecord* entry = Groups.Leases + i;
            long owner = Volatile.Read(ref entry->Owner);
            if (owner == 0 || Volatile.Read(ref entry->Group) != group || !Session.Participants.IsAliveForSure(owner)) continue;
            throw ShmQueueSubscriptionTakenException.OfGroup(queue.Name, name, Session.Participants.ProcessIdOf(owner));
        }
    }

    private void EndMember(GroupMember member)
    {
        lock (_subscribing)
        {
            // Once only, as with a subscription.
            if (_members.Remove(member)) member.LeaveEntries();
        }

        GC.KeepAlive(queue);
    }
}

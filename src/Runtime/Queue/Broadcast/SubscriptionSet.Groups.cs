using TypedShmQueue.CompilerServices;
using TypedShmQueue.Layout;
using TypedShmQueue.Ring;
using TypedShmQueue.Ring.Broadcast;

namespace TypedShmQueue.Queue.Broadcast;

/// <content>The consumer groups of a broadcast queue, and this handle's memberships.</content>
internal sealed unsafe partial class SubscriptionSet<T>
{
    private readonly List<GroupMember> _members = [];
    private readonly GroupTable _groups = new(queue.Session);

    private GroupsView Groups => Session.Groups;

    /// <summary>Becomes a member of a group, which begins with this call if there is none of that name.</summary>
    public GroupMember Join(string name, SubscribeFrom from)
    {
        SubscriptionName.ThrowIfInvalid(name);
        queue.ThrowIfDisposed();
        // Before the lock: opening another queue takes locks of its own.
        string? deadLetter = Session.Options.DeadLetter is { } prefix ? DeadLetterPlace.NameOf(prefix, name) : null;
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

    /// <summary>Becomes a member of a group, if there is one of that name.</summary>
    public GroupMember? TryJoin(string name)
    {
        SubscriptionName.ThrowIfInvalid(name);
        queue.ThrowIfDisposed();
        return Locked(() => _groups.Find(name) < 0 ? null : JoinLocked(name, SubscribeFrom.Latest, null));
    }

    /// <summary>Removes a group of which nobody is a member. False if there is none of that name.</summary>
    public bool RemoveGroup(string name)
    {
        SubscriptionName.ThrowIfInvalid(name);
        bool removed = Locked(() => _groups.Remove(name));
        if (removed) Session.NotFull.WakeAll();
        return removed;
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
        int group = _groups.Find(name);
        bool exists = group >= 0;
        if (!exists) group = _groups.FindFree();
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

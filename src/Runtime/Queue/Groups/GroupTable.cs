using TypedShmQueue.Layout;

namespace TypedShmQueue.Queue.Groups;

/// <summary>
/// The segment's groups by their names, seen by one handle. The callers hold the lock under which groups are found, begun and removed.
/// </summary>
internal sealed unsafe class GroupTable(Session session)
{
    private GroupsView Groups => session.Groups;

    /// <summary>The group of that name; -1 if there is none.</summary>
    public int Find(string name)
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
    /// <exception cref="ShmQueueLimitException">No entry is free.</exception>
    public int FindFree()
    {
        for (int i = 0; i < Groups.Count; i++)
        {
            ref long state = ref Groups.Records[i].State;
            long seen = Volatile.Read(ref state);
            if (new SubscriptionState(seen) is { IsActive: true, IsNamed: true }) continue;
            if (seen != 0) _ = Interlocked.CompareExchange(ref state, 0, seen);
            return i;
        }

        throw new ShmQueueLimitException(session.Name, ShmQueueLimit.Groups,
            $"The queue '{session.Name}' has no free group: all of its MaxGroups ({Groups.Count}) are taken. Remove one that nobody " +
                $"needs any more (RemoveGroup), or create the queue with a larger ShmQueueOptions.MaxGroups.");
    }

    /// <summary>Removes a group of which nobody is a member. False if there is none of that name.</summary>
    /// <exception cref="ShmQueueSubscriptionTakenException">Somebody is.</exception>
    public bool Remove(string name)
    {
        int group = Find(name);
        if (group < 0) return false;
        ThrowIfAnyMember(group, name);
        Volatile.Write(ref Groups.Records[group].State, 0);
        return true;
    }

    private void ThrowIfAnyMember(int group, string name)
    {
        for (int i = 0; i < Groups.LeaseCount; i++)
        {
            LeaseRecord* entry = Groups.Leases + i;
            long owner = Volatile.Read(ref entry->Owner);
            if (owner == 0 || Volatile.Read(ref entry->Group) != group || !session.Participants.IsAliveForSure(owner)) continue;
            throw ShmQueueSubscriptionTakenException.OfGroup(session.Name, name, session.Participants.ProcessIdOf(owner));
        }
    }
}

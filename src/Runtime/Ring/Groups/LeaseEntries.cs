using TypedShmQueue.Layout;
using TypedShmQueue.Threads;

namespace TypedShmQueue.Ring.Groups;

/// <summary>
/// The lease entries of one member of a group: one for each of its threads that takes, and one more for each take whose messages are not
/// settled yet. They come from the segment's common stock when they are first needed.
/// </summary>
/// <remarks>
/// As with the lanes of producers, entries are never given back to other handles: they are free once their handle's lock is dropped. Until
/// then a thread that is late, with Dispose on its heels, writes into an entry that is still this handle's own.
/// </remarks>
/// <param name="groups">Where the entries are.</param>
/// <param name="group">The group that they are for.</param>
/// <param name="peers">Who lives.</param>
/// <param name="self">This handle's owner word.</param>
internal sealed unsafe class LeaseEntries<TMemory>(GroupsView groups, int group, IPeers peers, long self)
    where TMemory : struct, IMemory
{
    /// <summary>The group of an entry that no member takes with.</summary>
    private const long None = -1;

    private readonly TableKey _key = new();
    private readonly List<LeaseEntry> _all = [];
    private readonly Stack<LeaseEntry> _free = new();
    private readonly Lock _lock = new();

    /// <summary>A free entry for the calling thread; null if all entries of the segment are in use.</summary>
    public LeaseEntry? ForThisThread() => OfThisThread() ?? FindOrTake();

    /// <summary>The entry that is known to be the calling thread's own, if it is free; null otherwise.</summary>
    public LeaseEntry? OfThisThread() =>
        KnownByThread.Find<LeaseEntry>(_key) is { } own && TMemory.LoadMark(ref own.Busy) == 0 ? own : null;

    /// <summary>An entry is free again, or was not used. One that belongs to a thread waits there for its next take.</summary>
    public void Free(LeaseEntry entry)
    {
        if (entry.Thread != null) return;
        lock (_lock) _free.Push(entry);
    }

    /// <summary>Whether a call of this member is taking. D1: asked after the member's end was marked and all threads were fenced.</summary>
    public bool AnyCalling()
    {
        lock (_lock) return _all.Exists(static e => TMemory.LoadMark(ref e.Calling) != 0);
    }

    /// <summary>Whether a message is open, or is being settled.</summary>
    public bool AnyBusy()
    {
        lock (_lock) return _all.Exists(static e => TMemory.LoadMark(ref e.Busy) != 0);
    }

    /// <summary>Every entry whose messages are not all settled.</summary>
    public LeaseEntry[] AllBusy()
    {
        lock (_lock) return [.. _all.FindAll(static e => TMemory.LoadMark(ref e.Busy) != 0)];
    }

    /// <summary>No more is taken with these entries: the group may be removed.</summary>
    public void Leave()
    {
        lock (_lock)
        {
            foreach (LeaseEntry entry in _all) TMemory.StoreRelease(ref entry.Record->Group, None);
        }

        GC.KeepAlive(peers);
    }

    private LeaseEntry? FindOrTake()
    {
        Thread thread = Thread.CurrentThread;
        lock (_lock)
        {
            LeaseEntry? own = null, left = null;
            foreach (LeaseEntry entry in _all)
            {
                if (entry.Thread == thread) own = entry;
                else if (entry.Thread is { IsAlive: false } && TMemory.LoadMark(ref entry.Busy) == 0) left = entry;
            }

            if (own != null && TMemory.LoadMark(ref own.Busy) == 0)
            {
                KnownByThread.Add(own);
                return own;
            }

            // A thread's own entry is the one that it finds without a lock. It holds messages already: this take gets another.
            bool isFirst = own == null;
            // One that an ended thread has left gets another thread. Whoever settled its last message may still be about to free it, and
            // would list one that belongs to no thread, while it is in use.
            LeaseEntry? found = isFirst ? left : null;
            if (found == null && !_free.TryPop(out found) && (found = TryTakeFromSegment(isFirst ? thread : null)) == null) return null;
            found.Thread = isFirst ? thread : null;
            if (isFirst) KnownByThread.Add(found);
            return found;
        }
    }

    /// <summary>
    /// A free entry, or one whose owner died. Taking a dead owner's entry forgets what it covered, as it should: others take that back.
    /// Until it is forgotten it has a live owner, and they wait.
    /// </summary>
    private LeaseEntry? TryTakeFromSegment(Thread? thread)
    {
        // All that can throw comes before the entry is ours: one that is owned and not listed would be lost until this handle goes.
        Steps.CanThrow("lease: listed");
        _ = _all.EnsureCapacity(_all.Count + 1);
        _ = _free.EnsureCapacity(_all.Count + 1);
        long known = 0;
        bool lives = false;
        for (int i = 0; i < groups.LeaseCount; i++)
        {
            LeaseRecord* record = groups.Leases + i;
            long owner = TMemory.LoadAcquire(ref record->Owner);
            // What an ended member of this very handle has left is free: nobody settles with it any more.
            bool isLeft = owner == self && TMemory.LoadAcquire(ref record->Group) == None;
            if (owner != 0 && !isLeft)
            {
                Steps.CanThrow("lease: owner asked for");
                if (owner != known) (known, lives) = (owner, peers.IsAlive(owner));
                if (lives) continue;
            }

            LeaseEntry entry = new(record, _key, thread);
            if (isLeft ? !TMemory.CompareAndSwap(ref record->Group, None, group) : !TMemory.CompareAndSwap(ref record->Owner, owner, self))
                continue;
            Steps.At("lease: owned");
            TMemory.StoreRelease(ref record->First, 0);
            Steps.At("lease: what it covered forgotten");
            TMemory.StoreRelease(ref record->Deadline, 0);
            TMemory.StoreRelease(ref record->Group, group);
            // Whoever looks for entries looks below Used only: it is raised before an entry announces anything.
            Raised.To<TMemory>(ref groups.UsedLeases, i + 1);
            _all.Add(entry);
            return entry;
        }

        return null;
    }
}

using TypedShmQueue.Layout;
using TypedShmQueue.Liveness;
using TypedShmQueue.Ring.Groups;

namespace TypedShmQueue.Queue.Observing;

/// <summary>
/// One group, for who looks at it beside its members: nothing is locked or written. Precondition: the views' memory is mapped.
/// </summary>
/// <param name="ring">The ring.</param>
/// <param name="groups">Its groups.</param>
/// <param name="stride">Bytes from slot to slot.</param>
/// <param name="index">Which group.</param>
/// <param name="participants">Who lives.</param>
/// <param name="self">The caller's own owner word; 0 if it has none.</param>
internal sealed unsafe class GroupView(RingView ring, GroupsView groups, int stride, int index, ParticipantsView participants, long self)
{
    /// <summary>No run of the protocol comes to a position beyond it; a corrupt word is cut to it, so that sums do not overflow.</summary>
    private const long Furthest = long.MaxValue >> 2;

    private readonly GroupRecord* _record = groups.Records + index;

    /// <summary>Its name; null for the workers of a queue with acknowledged delivery.</summary>
    public string? Name => _record->Name.Length == 0 ? null : _record->Name.ToString();

    /// <summary>Whether it has begun, and was not removed.</summary>
    public bool Exists => new SubscriptionState(Volatile.Read(ref _record->State)) is { IsActive: true, IsNamed: true };

    /// <summary>All below it is finished. The group's cursor follows lazily, so more may be.</summary>
    public long Cursor => Math.Clamp(Volatile.Read(ref _record->Cursor), ring.Capacity, Furthest);

    /// <summary>The next position to be handed out for the first time, if it is one that goes with this cursor.</summary>
    public long NextFrom(long cursor) => Math.Clamp(Volatile.Read(ref _record->Next), cursor, cursor + ring.Capacity);

    /// <summary>What became of a position. What is settled or sent meanwhile is seen so, or as it was.</summary>
    public PositionInGroup Look(long position)
    {
        long cursor = Cursor;
        return Look(position, cursor, NextFrom(cursor));
    }

    /// <summary>The same, for one who looks at many positions.</summary>
    public PositionInGroup Look(long position, long cursor, long next)
    {
        if (position < cursor) return new PositionInGroup(Outcome.Settled, 0);
        if (position >= next) return new PositionInGroup(Outcome.NotTaken, 0);
        LedgerWord word = new(Volatile.Read(ref groups.Ledger(index, position)));
        if (word.Lap == groups.Lap(position))
            return new PositionInGroup(word.IsDone ? Outcome.Settled : word.IsReturned ? Outcome.Returned : Outcome.Leased, word.Delivery);
        long slot = Volatile.Read(ref *(long*)(ring.Slots + ((position & ring.Mask) * stride)));
        if (SlotWord.Position(slot) > position) return new PositionInGroup(Outcome.Settled, 0); // its slot is a later position's by now
        return slot == SlotWord.Tombstone(position)
            ? new PositionInGroup(Outcome.NoMessage, 0)
            : new PositionInGroup(Outcome.Leased, 1);
    }

    /// <summary>Who holds a position in this delivery. Costs a look at each lease entry.</summary>
    public LeaseHolder HolderOf(long position, int delivery)
    {
        Span<HeldPosition> one = [new(position, delivery)];
        FindHolders(one);
        return one[0].Holder;
    }

    /// <summary>Finds who holds these positions, which are in their order; the living before the dead.</summary>
    public void FindHolders(Span<HeldPosition> held)
    {
        if (held.IsEmpty) return;
        long known = 0;
        bool lives = false;
        for (int i = 0; i < InUse; i++)
        {
            ref LeaseRecord entry = ref groups.Leases[i];
            long first = Volatile.Read(ref entry.First), owner = Volatile.Read(ref entry.Owner);
            long count = Math.Min(Volatile.Read(ref entry.Count), LeaseEntry.MostMessages); // a corrupt one must not cost a look at all
            if (first < ring.Capacity || first > Furthest || owner == 0 || Volatile.Read(ref entry.Group) != index) continue;
            long delivery = Volatile.Read(ref entry.Deliveries), takenAt = Volatile.Read(ref entry.TakenAt);
            for (int at = FirstFrom(held, first); at < held.Length && held[at].Position - first < count; at++)
            {
                ref HeldPosition one = ref held[at];
                if (one.Delivery != delivery || one.Holder.IsAlive) continue;
                if (owner != known) (known, lives) = (owner, IsAlive(owner));
                one.Holder = new LeaseHolder(participants.ProcessIdOf(owner), lives, AgeOf(takenAt));
            }
        }
    }

    /// <summary>Handles that live, and take from it or have. Costs a look at each lease entry, and a system call for each handle.</summary>
    public int CountMembers()
    {
        HashSet<long> owners = [];
        for (int i = 0; i < InUse; i++)
        {
            ref LeaseRecord entry = ref groups.Leases[i];
            if (Volatile.Read(ref entry.Owner) is var owner and not 0 && Volatile.Read(ref entry.Group) == index) owners.Add(owner);
        }

        return owners.Count(IsAlive);
    }

    private int InUse => (int)Math.Clamp(Volatile.Read(ref groups.UsedLeases), 0, groups.LeaseCount);

    private bool IsAlive(long owner) => owner == self || participants.IsAlive(owner);

    private static TimeSpan AgeOf(long takenAt) =>
        TimeSpan.FromMilliseconds(Math.Clamp(unchecked(Environment.TickCount64 - takenAt), 0, uint.MaxValue));

    private static int FirstFrom(ReadOnlySpan<HeldPosition> held, long position)
    {
        int from = 0, to = held.Length;
        while (from < to)
        {
            int middle = (from + to) / 2;
            if (held[middle].Position < position) from = middle + 1;
            else to = middle;
        }

        return from;
    }
}

/// <summary>What became of a position in a group.</summary>
internal enum Outcome
{
    /// <summary>Nobody has had it.</summary>
    NotTaken,

    /// <summary>Somebody has it, or died with it.</summary>
    Leased,

    /// <summary>It was given back, or taken back, and waits for who takes next.</summary>
    Returned,

    /// <summary>It is finished.</summary>
    Settled,

    /// <summary>It was passed without a message.</summary>
    NoMessage,
}

/// <summary>A position as a group sees it.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Deliveries">How often it was handed out; 0 if that is over.</param>
internal readonly record struct PositionInGroup(Outcome Outcome, int Deliveries)
{
    /// <summary>Whether there is a message that is not settled.</summary>
    public bool IsOpen => Outcome is Outcome.NotTaken or Outcome.Leased or Outcome.Returned;
}

/// <summary>A position that somebody holds in this delivery.</summary>
internal record struct HeldPosition(long Position, int Delivery)
{
    public LeaseHolder Holder { get; set; }
}

/// <summary>Who holds a message.</summary>
/// <param name="ProcessId">Its process, as it sees its own id; 0 if nobody knows it any more: it has died.</param>
/// <param name="IsAlive">Whether it lives.</param>
/// <param name="Age">How long it has had it; 0 if nobody knows.</param>
internal readonly record struct LeaseHolder(int ProcessId, bool IsAlive, TimeSpan Age);

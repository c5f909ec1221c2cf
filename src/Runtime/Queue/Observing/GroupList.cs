using System.Runtime.InteropServices;
using TypedShmQueue.Layout;
using TypedShmQueue.Liveness;
using TypedShmQueue.Ring.Groups;

namespace TypedShmQueue.Queue.Observing;

/// <summary>The groups of a segment, for who looks at them: nothing is locked or written.</summary>
internal static unsafe class GroupList
{
    private const int MostLeases = 1024;

    /// <summary>Every group at this instant, with its leases, oldest first. Allocates; a system call for each lease's holder.</summary>
    /// <param name="ring">The ring.</param>
    /// <param name="groups">Its groups.</param>
    /// <param name="stride">Bytes from slot to slot.</param>
    /// <param name="participants">Who lives.</param>
    /// <param name="self">The caller's own owner word; 0 if it has none.</param>
    public static IReadOnlyList<ShmQueueGroup> Of(RingView ring, GroupsView groups, int stride, ParticipantsView participants,
        long self = 0)
    {
        List<ShmQueueGroup> all = [];
        for (int i = 0; i < groups.InUse; i++)
        {
            GroupView group = new(ring, groups, stride, i, participants, self);
            if (group.Exists) all.Add(Of(group, ring, ref groups.Records[i], groups.LeaseCount * LeaseEntry.MostMessages));
        }

        return all;
    }

    private static ShmQueueGroup Of(GroupView group, RingView ring, ref GroupRecord record, int mostHeld)
    {
        // The ends first, and tail last: each only grows, so nothing is counted that was not sent.
        long cursor = group.Cursor;
        long next = group.NextFrom(cursor);
        long tail = Volatile.Read(ref ring.Tail) & ~Segment.CompletedBit;
        long finished = 0, returned = 0, oldest = next;
        List<HeldPosition> held = [];
        for (long position = cursor; position < next; position++)
        {
            PositionInGroup found = group.Look(position, cursor, next);
            if (!found.IsOpen) finished++;
            else oldest = Math.Min(oldest, position);
            if (found.Outcome == Outcome.Returned) returned++;
            else if (found.Outcome == Outcome.Leased && held.Count < mostHeld) held.Add(new HeldPosition(position, found.Deliveries));
        }

        group.FindHolders(CollectionsMarshal.AsSpan(held));
        held.RemoveAll(one => !IsStillHeld(group, one, cursor, next));
        return new ShmQueueGroup
        {
            Name = group.Name,
            Position = oldest - ring.Capacity,
            Waiting = Math.Max(0, tail - next) + returned,
            Leased = next - cursor - finished - returned,
            GivenBack = Volatile.Read(ref record.GivenBack),
            TakenBack = Volatile.Read(ref record.TakenBack),
            DeadLettered = Volatile.Read(ref record.DeadLettered),
            Acknowledged = cursor + finished - ring.Capacity,
            Members = group.CountMembers(),
            CreatedAt = ParticipantsView.When(record.CreatedUnixMilliseconds),
            OldestLeaseAge = held.Count == 0 ? null : held.Max(static one => one.Holder.Age),
            Leases = [.. held.Take(MostLeases).Select(one => new ShmQueueLease(
                one.Position - ring.Capacity, one.Delivery, one.Holder.ProcessId, one.Holder.IsAlive, one.Holder.Age))],
        };
    }

    /// <summary>Who was not found may have settled it meanwhile: its word, which is written before its entry goes, says so (G2).</summary>
    private static bool IsStillHeld(GroupView group, HeldPosition one, long cursor, long next) => one.Holder.IsAlive
        || group.Look(one.Position, cursor, next) is { Outcome: Outcome.Leased } found && found.Deliveries == one.Delivery;
}

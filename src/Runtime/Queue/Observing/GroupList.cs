using TypedShmQueue.Layout;
using TypedShmQueue.Liveness;

namespace TypedShmQueue.Queue.Observing;

/// <summary>The groups of a segment, for who looks at them: nothing is locked or written.</summary>
internal static unsafe class GroupList
{
    private const int MostLeases = 1024;

    /// <summary>Positions end here: beyond it they are somebody's who means no good.</summary>
    private const long MostPositions = 1L << 61;

    /// <summary>
    /// Every group at this instant, with its open leases, oldest first. Allocates; a system call for each lease's holder.
    /// </summary>
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
            ref GroupRecord record = ref groups.Records[i];
            SubscriptionState state = new(Volatile.Read(ref record.State));
            if (!state.IsActive || !state.IsNamed) continue;
            long tail = Volatile.Read(ref ring.Tail) & ~Segment.CompletedBit;
            // Whatever somebody wrote there, these are positions, a lap apart at most.
            long cursor = Math.Clamp(Volatile.Read(ref record.Cursor), ring.Capacity, MostPositions);
            long next = Math.Clamp(Volatile.Read(ref record.Next), cursor, cursor + ring.Capacity);
            long done = 0, returned = 0;
            for (long position = cursor; position < next; position++)
            {
                LedgerWord word = new(Volatile.Read(ref groups.Ledger(i, position)));
                bool isOfLap = word.Lap == groups.Lap(position);
                if (isOfLap ? word.IsDone : SlotOf(ring, stride, position) == SlotWord.Tombstone(position)) done++;
                else if (isOfLap && word.IsReturned) returned++;
            }

            all.Add(new ShmQueueGroup
            {
                Name = record.Name.Length == 0 ? null : record.Name.ToString(),
                Waiting = Math.Max(0, tail - next) + returned,
                Leased = Math.Max(0, next - cursor - done - returned),
                GivenBack = Volatile.Read(ref record.GivenBack),
                TakenBack = Volatile.Read(ref record.TakenBack),
                DeadLettered = Volatile.Read(ref record.DeadLettered),
                Acknowledged = Math.Max(0, cursor + done - ring.Capacity),
                CreatedAt = ParticipantsView.When(record.CreatedUnixMilliseconds),
                Leases = Leases(ring, groups, i, participants, self, out TimeSpan? oldest),
                OldestLeaseAge = oldest,
            });
        }

        return all;
    }

    /// <summary>Open leases, as many as are listed, and the age of the oldest of all.</summary>
    private static List<ShmQueueLease> Leases(RingView ring, GroupsView groups, int group, ParticipantsView participants, long self,
        out TimeSpan? oldest)
    {
        List<ShmQueueLease> all = [];
        oldest = null;
        int used = (int)Math.Clamp(Volatile.Read(ref groups.UsedLeases), 0, groups.LeaseCount);
        for (int i = 0; i < used; i++)
        {
            ref LeaseRecord entry = ref groups.Leases[i];
            long first = Volatile.Read(ref entry.First), count = Volatile.Read(ref entry.Count), owner = Volatile.Read(ref entry.Owner);
            if (first < ring.Capacity || first > MostPositions || Volatile.Read(ref entry.Group) != group) continue;
            bool? isAlive = null;
            int delivery = (int)Volatile.Read(ref entry.Deliveries);
            long now = Environment.TickCount64;
            TimeSpan age = TimeSpan.FromMilliseconds(now - Math.Clamp(Volatile.Read(ref entry.TakenAt), 0, now));
            for (long position = first; position < first + Math.Min(count, ring.Capacity); position++)
            {
                LedgerWord word = new(Volatile.Read(ref groups.Ledger(group, position)));
                bool isOfLap = word.Lap == groups.Lap(position);
                if (isOfLap && !(word.IsLeased && word.Delivery == delivery)) continue;
                if (!(age <= oldest)) oldest = age;
                if (all.Count >= MostLeases) break;
                isAlive ??= owner != 0 && (owner == self || participants.IsAlive(owner));
                all.Add(new ShmQueueLease(position - ring.Capacity, delivery, participants.ProcessIdOf(owner), isAlive.Value, age));
            }
        }

        all.Sort(static (a, b) => a.Position.CompareTo(b.Position));
        return all;
    }

    private static long SlotOf(RingView ring, int stride, long position) =>
        Volatile.Read(ref *(long*)(ring.Slots + ((position & ring.Mask) * stride)));
}

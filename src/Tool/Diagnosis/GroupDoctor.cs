using TypedShmQueue.Inspection;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Diagnosis;

/// <summary>
/// Finds what is wrong with the groups of a queue: who holds producers back, what the dead left, and where messages gather that nobody
/// takes.
/// </summary>
internal static class GroupDoctor
{
    /// <summary>A message that is worked on for so long is worth a note. Only the programs know whether it is too long.</summary>
    private static readonly TimeSpan s_long = TimeSpan.FromMinutes(1);

    public static IEnumerable<Finding> Examine(SegmentReader queue)
    {
        if (queue.Geometry.MaxGroups == 0) return [];
        return [.. queue.Groups.SelectMany(group => OfGroup(queue, group)), .. OfEntries(queue)];
    }

    private static IEnumerable<Finding> OfGroup(SegmentReader queue, ShmQueueGroup group)
    {
        long ahead = queue.Tail - queue.Ring.Capacity - group.Position;
        long unsettled = group.Waiting + group.Leased;
        bool isFull = ahead >= queue.Ring.Capacity;
        // The oldest holds the others up only if these are further on.
        ShmQueueLease? oldest = group.Leases.FirstOrDefault(static l => l.IsAlive);
        bool oldestBlocks = isFull && oldest?.Position == group.Position && unsettled < queue.Ring.Capacity;
        foreach (Finding finding in OfTheDead(queue, group)) yield return finding;
        if (oldest != null && (isFull || oldest.Age >= s_long)) yield return OfOldest(queue, group, oldest, oldestBlocks);
        if (group.Members == 0)
        {
            if (OfNobody(queue, group, unsettled, isFull) is { } finding) yield return finding;
        }
        else if (isFull && !oldestBlocks)
            yield return new Finding(Severity.Note,
                $"The queue is full: {(group.Name == null ? "the workers are" : $"the group '{group.Name}' is")} "
                    + $"{Numbers.Count(unsettled, "message", "messages")} behind, and producers wait.",
                $"Start more workers, or create the queue with a larger capacity. {Advice.Command("watch", queue.Place)} shows whether "
                    + $"they keep up.");
        if (group.DeadLettered > 0)
            yield return new Finding(Severity.Note,
                $"{Numbers.Count(group.DeadLettered, "message", "messages")}{OfGroupNamed(group)} went to a dead-letter queue, because "
                    + $"workers rejected {(group.DeadLettered == 1 ? "it" : "them")} or failed too often.",
                "Look at them there ('shmq dump'), and move them back with 'shmq redrive' when the cause is gone.");
    }

    private static IEnumerable<Finding> OfTheDead(SegmentReader queue, ShmQueueGroup group)
    {
        foreach (IGrouping<int, ShmQueueLease> left in group.Leases.Where(static l => !l.IsAlive).GroupBy(static l => l.ProcessId))
        {
            int count = left.Count();
            yield return new Finding(Severity.Note,
                $"{(left.Key != 0 ? $"Process {left.Key}" : "A process")} died with {Numbers.Count(count, "message", "messages")}"
                    + $"{OfGroupNamed(group)} that it had not settled, the oldest at position {left.First().Position}.",
                $"Nothing: whoever takes next gets {(count == 1 ? "it" : "them")}. {Advice.Command("repair", queue.Place)} returns "
                    + $"{(count == 1 ? "it" : "them")} now.") { Position = left.First().Position, ProcessId = left.Key, IsAlive = false };
        }
    }

    private static Finding OfOldest(SegmentReader queue, ShmQueueGroup group, ShmQueueLease oldest, bool blocks) => new(
        blocks ? Severity.Trouble : Severity.Note,
        $"Process {oldest.ProcessId}, which is alive, has had the message at position {oldest.Position}{OfGroupNamed(group)} for "
            + $"{Numbers.Age(oldest.Age)} (delivery {oldest.Deliveries}). It is the oldest that is not settled"
            + (blocks ? ", and producers wait for it: the ring has gone round to it." : "."),
        $"If process {oldest.ProcessId} still works on it, wait. If it hangs, end it, or take the message back: "
            + $"{Advice.Command("return", queue.Place, $"--position {oldest.Position}{GroupOption.Again(group.Name)}")}.")
    {
        Position = oldest.Position, ProcessId = oldest.ProcessId, IsAlive = true,
    };

    private static Finding? OfNobody(SegmentReader queue, ShmQueueGroup group, long unsettled, bool isFull)
    {
        string behind = Numbers.Count(unsettled, "message", "messages");
        if (group.Name != null)
            return new Finding(isFull ? Severity.Trouble : Severity.Note,
                $"The group '{group.Name}' has no member and is {behind} "
                    + $"behind{(isFull ? ", and producers wait for it" : "; producers will wait for it when the ring is full")}.",
                $"Start a process that joins it, or remove the group: "
                    + $"{Advice.Command("repair", queue.Place, ShellWord.Option("--remove-group", group.Name))}.");
        if (unsettled < queue.Ring.Capacity / 2) return null;
        string redrive = Advice.Command("redrive", queue.Place, "QUEUE");
        return isFull
            ? new Finding(Severity.Trouble,
                $"The queue is full: {behind} wait, producers wait, and no attached process has taken any. If it is a dead-letter queue, "
                    + $"workers that reject a message get ShmQueueDeadLetterException.",
                $"Start a worker. The messages of a dead-letter queue go back to their queue with {redrive}, and "
                    + $"{Advice.Command("drain", queue.Place)} takes them out.")
            : new Finding(Severity.Note,
                $"{behind} of at most {Numbers.Of(queue.Ring.Capacity)} wait, and no attached process has taken any.",
                $"Start a worker. If it is a dead-letter queue, move its messages back with {redrive} before it is full.");
    }

    private static IEnumerable<Finding> OfEntries(SegmentReader queue)
    {
        const double Nearly = 0.9;
        int most = queue.Geometry.MaxLeases, used = queue.LeaseEntriesInUse;
        if (used < most * Nearly) yield break;
        const string Remedy = "Settle leases before taking more, dispose handles that no longer take, or create the queue with a larger "
            + "ShmQueueOptions.MaxLeases.";
        yield return used == most
            ? new Finding(Severity.Trouble, $"All {Numbers.Of(most)} lease entries are in use. A handle that needs another one gets "
                + $"ShmQueueLimitException.", Remedy)
            : new Finding(Severity.Note, $"{Numbers.Of(used)} of {Numbers.Of(most)} lease entries are in use.", Remedy);
    }

    private static string OfGroupNamed(ShmQueueGroup group) => group.Name == null ? "" : $" of the group '{group.Name}'";
}

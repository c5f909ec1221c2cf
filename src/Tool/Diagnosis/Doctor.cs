using TypedShmQueue.Inspection;
using TypedShmQueue.Layout;
using TypedShmQueue.Ring;
using TypedShmQueue.Ring.Broadcast;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Diagnosis;

/// <summary>
/// Finds what is wrong with a queue, which process caused it, and what to do. It only reads, so a queue in use changes meanwhile: what may
/// be a call in progress is checked again a little later, and reported only if it has not changed.
/// </summary>
internal static class Doctor
{
    /// <summary>Calls that are not paused take microseconds between a claim and its publication.</summary>
    private static readonly TimeSpan s_longForACall = TimeSpan.FromMilliseconds(200);

    /// <summary>At most this many positions are reported one by one.</summary>
    private const int MostPositions = 100;

    /// <summary>All there is to say, the worst first.</summary>
    public static IReadOnlyList<Finding> Examine(SegmentReader queue)
    {
        List<Finding> findings = [.. OfLife(queue), .. OfWords(queue)];
        if (!findings.Exists(static f => f.Severity == Severity.Corrupt))
        {
            findings.AddRange(OfPositions(queue));
            findings.AddRange(OfRoles(queue));
            findings.AddRange(OfParticipants(queue));
            findings.AddRange(OfSubscriptions(queue));
            findings.AddRange(GroupDoctor.Examine(queue));
            findings.AddRange(DurableDoctor.Examine(queue));
        }

        return [.. findings.OrderByDescending(static f => f.Severity)];
    }

    /// <summary>The positions, from head on, that are claimed, have no message and stay so.</summary>
    public static IReadOnlyList<long> StuckPositions(SegmentReader queue)
    {
        List<long> unpublished = Unpublished(queue);
        if (unpublished.Count == 0) return [];
        Thread.Sleep(s_longForACall);
        return [.. unpublished.Where(position => position >= queue.Head && IsUnpublished(queue, position))];
    }

    private static List<long> Unpublished(SegmentReader queue)
    {
        List<long> found = [];
        long end = Math.Min(queue.Tail, queue.Head + queue.Ring.Capacity + 1);
        for (long position = queue.Head; position < end && found.Count < MostPositions; position++)
        {
            if (IsUnpublished(queue, position)) found.Add(position);
        }

        return found;
    }

    private static bool IsUnpublished(SegmentReader queue, long position)
    {
        long word = queue.WordOf(position);
        return word != SlotWord.Published(position) && word != SlotWord.Tombstone(position);
    }

    /// <summary>What no earlier lap can have left in a slot whose position is not published. Precondition: head is not past it.</summary>
    private static bool IsImpossible(SegmentReader queue, long position)
    {
        long word = queue.WordOf(position);
        long earlier = SlotWord.Position(word);
        return word != 0 && (earlier >= position || earlier < queue.Ring.Capacity || ((earlier ^ position) & queue.Ring.Mask) != 0);
    }

    private static IEnumerable<Finding> OfLife(SegmentReader queue)
    {
        if (queue.IsDeleted)
            yield return new Finding(Severity.Trouble,
                "The queue was deleted, but the process that deleted it died before it removed the name.",
                $"{Advice.Command("gc", queue.Place.Options)} frees the name. "
                    + $"The next process that opens or creates a queue of that name frees it, too.");
        foreach (int process in LostFiles.HoldersOf(queue.Place.Path))
            yield return LostBy(process, queue.Place.Name, queue.Place.Options);
    }

    /// <summary>Its queue is not the one that has the name now.</summary>
    public static Finding LostBy(int process, string name, ShmQueueOptions options) => new(Severity.Trouble,
        $"Process {process} has a queue open whose file was removed from this folder without deleting the queue (rm, logind's RemoveIPC, a "
            + $"cleaner of /dev/shm). "
        + $"The file had the name '{name}', or the process created it under another name. "
            + $"Messages that are sent there reach no other process.",
        $"Restart process {process}: it then uses the queue that others find. Let no other program remove the file; "
            + $"{Advice.Command("rm", options, name)} notifies the processes of the queue.") { ProcessId = process, IsAlive = true };

    private static IEnumerable<Finding> OfWords(SegmentReader queue)
    {
        long capacity = queue.Ring.Capacity;
        SegmentVerification ends = new(queue, mostFaults: 1);
        if (ends.CheckEnds()) ends.CheckGroups(mostSlots: 0);
        if (ends.Faults.Count > 0) yield return Finding.CorruptBy(ends.Faults[0], queue.Place);
        else if (StuckPositions(queue).FirstOrDefault(position =>
            queue.Roles.HasOneProducer || IsImpossible(queue, position)) is > 0 and var stuck && queue.Head <= stuck)
            yield return Finding.CorruptBy($"The slot of position {stuck - capacity} holds a word that no queue can have written there.",
                queue.Place) with { Position = stuck - capacity };
    }

    private static IEnumerable<Finding> OfPositions(SegmentReader queue)
    {
        if (queue.Roles.HasOneProducer) yield break;
        foreach (long position in StuckPositions(queue))
        {
            Claim claim = Claim.On(queue, position);
            if (!IsUnpublished(queue, position)) continue; // published since
            long shown = position - queue.Ring.Capacity;
            yield return claim.IsAlive
                ? new Finding(Severity.Trouble,
                    $"Process {claim.ProcessId}, which is alive, has claimed position {shown} and not sent its message: "
                        + $"it is paused, stopped in a debugger, or holds a SlotWriter open. Consumers cannot pass the position.",
                    $"Let process {claim.ProcessId} continue, or end it. The others then pass the position without help.") { Position =
                        shown, ProcessId = claim.ProcessId, IsAlive = true }
                : new Finding(Severity.Trouble,
                    $"{(claim.ProcessId != 0 ? $"Process {claim.ProcessId}" : "A process")} claimed position {shown} and died before it "
                        + $"sent the message. The message is lost, and the position blocks the queue until a consumer checks the process.",
                    $"The next consumer that waits skips the position. {Advice.Command("repair", queue.Place)} skips it now.") { Position =
                        shown, ProcessId = claim.ProcessId, IsAlive = false };
        }
    }

    private static IEnumerable<Finding> OfRoles(SegmentReader queue)
    {
        foreach ((string role, long holder) in new[] { ("producer", Volatile.Read(ref queue.Ring.ProducerRole)),
            ("consumer", Volatile.Read(ref queue.Ring.ConsumerRole)) })
        {
            if (holder == 0 || queue.IsAlive(holder)) continue;
            int process = queue.ProcessIdOf(holder);
            yield return new Finding(Severity.Note,
                $"{(process != 0 ? $"Process {process}" : "A process")} held the role of the one {role} and died.",
                $"Nothing: the next {role} takes the role over. {Advice.Command("repair", queue.Place)} frees it now.") { ProcessId =
                    process, IsAlive = false };
        }

        long counted = Volatile.Read(ref queue.Ring.Tail) & ~Segment.CompletedBit;
        if (queue.Roles.HasOneProducer && queue.Tail > counted && !queue.IsAlive(Volatile.Read(ref queue.Ring.ProducerRole)))
            yield return new Finding(Severity.Note,
                $"{Numbers.Count(queue.Tail - counted, "message was", "messages were")} sent but not counted, because the one producer "
                + $"died between the two steps. Consumers get them all the same.",
                "Nothing: the next producer counts them.");
    }

    private static IEnumerable<Finding> OfParticipants(SegmentReader queue)
    {
        ShmQueueStatistics all = queue.Statistics;
        foreach (ShmQueueParticipant dead in all.Participants.Where(static p => !p.IsAlive))
            yield return new Finding(Severity.Note, $"Process {dead.ProcessId} ('{dead.ProcessName}') died while it had the queue open.",
                $"Nothing: the next handle can use its entry. {Advice.Command("repair", queue.Place)} clears it now.") { ProcessId =
                    dead.ProcessId, IsAlive = false };
        if (all.Participants.Count(static p => p.IsAlive) == queue.Geometry.MaxParticipants)
            yield return new Finding(Severity.Trouble,
                $"All {queue.Geometry.MaxParticipants} participant entries are in use, so no further handle can be opened.",
                "Dispose handles, or create the queue with a larger ShmQueueOptions.MaxParticipants.");
        if (!queue.Ring.IsBroadcast && queue.Tail - queue.Head >= queue.Ring.Capacity)
            yield return new Finding(Severity.Note, $"The queue is full: {queue.Ring.Capacity} messages wait.",
                all.Participants.Any(static p => p.IsAlive)
                ? $"Check that its consumers keep up ({Advice.Command("watch", queue.Place)}), or create the queue with a larger capacity."
                : "No process has the queue open: start a consumer.");
    }

    private static IEnumerable<Finding> OfSubscriptions(SegmentReader queue)
    {
        if (!queue.Roles.IsBroadcast) yield break;
        for (int i = 0; i < queue.SubscriptionRecords.InUse; i++)
        {
            if (OfSubscription(queue, i) is { } finding) yield return finding;
        }
    }

    private static unsafe Finding? OfSubscription(SegmentReader queue, int index)
    {
        SubscriptionRecord* record = queue.SubscriptionRecords.Records + index;
        SubscriptionState state = new(Volatile.Read(ref record->State));
        if (!state.IsActive) return null;
        long owner = Volatile.Read(ref record->Owner);
        bool alive = queue.IsAlive(owner);
        int process = queue.ProcessIdOf(owner);
        long lag = Math.Max(0, queue.Tail - Volatile.Read(ref record->Cursor));
        bool isFull = lag >= queue.Ring.Capacity;
        if (!state.IsNamed)
        {
            if (!alive)
                return new Finding(Severity.Note, $"Process {process} died with an anonymous subscription that was "
                    + $"{Numbers.Count(lag, "message", "messages")} behind.",
                $"Nothing: a producer that needs room removes it. {Advice.Command("repair", queue.Place)} removes it now.") { ProcessId =
                    process, IsAlive = false };
            return isFull && !state.IsLossy
                ? new Finding(Severity.Trouble, $"A subscription of process {process} is {Numbers.Count(lag, "message", "messages")} "
                + $"behind, and producers wait for it.",
                $"Find out what delays process {process}, or make its subscription lossy.") { ProcessId = process, IsAlive = true }
                : null;
        }

        string subscription = record->Name.ToString();
        if (alive)
            return isFull && !state.IsLossy
                ? new Finding(Severity.Trouble, $"The subscription '{subscription}' is {Numbers.Count(lag, "message", "messages")} behind, "
                + $"and producers wait for it. Process {process} holds it.",
                $"Find out what delays process {process}.") { ProcessId = process, IsAlive = true }
                : null;
        bool holds = !state.IsLossy && Eviction.HoldsWhileAbsent<HardwareMemory>(queue.SubscriptionRecords, record);
        string remedy = $"Start the process that takes '{subscription}', or remove the subscription: "
            + $"{Advice.Command("repair", queue.Place, ShellWord.Option("--remove-subscription", subscription))}.";
        return holds && isFull
            ? new Finding(Severity.Trouble, $"The subscription '{subscription}' has no holder, is "
                + $"{Numbers.Count(lag, "message", "messages")} behind, and producers wait for it.", remedy)
            : new Finding(Severity.Note, $"The subscription '{subscription}' has no holder and is "
                + $"{Numbers.Count(lag, "message", "messages")} "
                + $"behind{(holds ? "; producers will wait for it when the ring is full" : "")}.", remedy);
    }
}

using TypedShmQueue.Inspection;
using TypedShmQueue.Layout;
using TypedShmQueue.Ring;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Diagnosis;

/// <summary>
/// Finds what is wrong with a queue, whose fault it is, and what to do. It only looks, so a queue that is in use moves under it: what may
/// be no more than a call in progress is looked at again a little later, and told only if it has not moved.
/// </summary>
internal static class Doctor
{
    /// <summary>Calls that are not paused take microseconds between a claim and its publication.</summary>
    private static readonly TimeSpan s_longForACall = TimeSpan.FromMilliseconds(200);

    /// <summary>So many positions are told one by one.</summary>
    private const int MostPositions = 100;

    /// <summary>All there is to say, the worst first.</summary>
    public static IReadOnlyList<Finding> Examine(SegmentReader queue)
    {
        List<Finding> findings = [.. OfLife(queue), .. OfWords(queue)];
        if (!findings.Exists(static f => f.Severity == Severity.Spoilt))
        {
            findings.AddRange(OfPositions(queue));
            findings.AddRange(OfRoles(queue));
            findings.AddRange(OfParticipants(queue));
            findings.AddRange(OfSubscriptions(queue));
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
            yield return new Finding(Severity.Trouble, "The queue was deleted, and whoever did it died before the name was free.", "'shmq gc' frees the name; so does whoever next opens or creates a queue of that name.");
        foreach (int process in LostFiles.HoldersOf(queue.Place.Path))
            yield return LostBy(process, queue.Place.Name);
    }

    /// <summary>Its queue is not the one that has the name now.</summary>
    public static Finding LostBy(int process, string name) => new(Severity.Trouble,
        $"Process {process} has a queue open whose file was taken away from this folder and never deleted (rm, logind's RemoveIPC, a cleaner of /dev/shm). It had the name '{name}', or the process created it under another. What is sent there reaches nobody else.",
        $"Restart process {process}: it then uses the queue that others find. Have nothing remove the file; 'shmq rm' tells its users.") { ProcessId = process, IsAlive = true };

    private static IEnumerable<Finding> OfWords(SegmentReader queue)
    {
        long capacity = queue.Ring.Capacity;
        SegmentVerification ends = new(queue, mostFaults: 1);
        if (!ends.CheckEnds()) yield return Finding.SpoiltBy(ends.Faults[0]);
        else if (StuckPositions(queue).FirstOrDefault(position => queue.Roles.HasOneProducer || IsImpossible(queue, position)) is > 0 and var stuck && queue.Head <= stuck)
            yield return Finding.SpoiltBy($"The slot of position {stuck - capacity} holds neither a message nor what could have been there before.") with { Position = stuck - capacity };
    }

    private static IEnumerable<Finding> OfPositions(SegmentReader queue)
    {
        if (queue.Roles.HasOneProducer) yield break;
        string name = queue.Place.Name;
        foreach (long position in StuckPositions(queue))
        {
            Claim claim = Claim.On(queue, position);
            if (!IsUnpublished(queue, position)) continue; // published since
            long shown = position - queue.Ring.Capacity;
            yield return claim.IsAlive
                ? new Finding(Severity.Trouble, $"Position {shown} was claimed by process {claim.ProcessId}, which lives and has not sent it: it is paused, in a debugger, or holds a SlotWriter open. Nobody gets past it.", $"Let process {claim.ProcessId} go on, or end it; then the others pass the position by themselves.") { Position = shown, ProcessId = claim.ProcessId, IsAlive = true }
                : new Finding(Severity.Trouble, $"Position {shown} was claimed by {(claim.ProcessId != 0 ? $"process {claim.ProcessId}" : "a process")} that died before it was sent. That message is lost, and nobody gets past the position until somebody looks closer.", $"The next consumer that waits passes it by itself; 'shmq repair {name}' does it now.") { Position = shown, ProcessId = claim.ProcessId, IsAlive = false };
        }
    }

    private static IEnumerable<Finding> OfRoles(SegmentReader queue)
    {
        foreach ((string role, long holder) in new[] { ("producer", Volatile.Read(ref queue.Ring.ProducerRole)), ("consumer", Volatile.Read(ref queue.Ring.ConsumerRole)) })
        {
            if (holder == 0 || queue.IsAlive(holder)) continue;
            int process = queue.ProcessIdOf(holder);
            yield return new Finding(Severity.Note, $"The role of the one {role} was held by {(process != 0 ? $"process {process}" : "a process")}, which died.", $"Whoever wants the role gets it. 'shmq repair {queue.Place.Name}' gives it back now.") { ProcessId = process, IsAlive = false };
        }

        long counted = Volatile.Read(ref queue.Ring.Tail) & ~Segment.CompletedBit;
        if (queue.Roles.HasOneProducer && queue.Tail > counted && !queue.IsAlive(Volatile.Read(ref queue.Ring.ProducerRole)))
            yield return new Finding(Severity.Note, $"Sent and not counted: {Numbers.Count(queue.Tail - counted, "message", "messages")}. The one producer died between the two. Consumers get what was sent.", "Nothing: the next producer counts them.");
    }

    private static IEnumerable<Finding> OfParticipants(SegmentReader queue)
    {
        ShmQueueStatistics all = queue.Statistics;
        foreach (ShmQueueParticipant dead in all.Participants.Where(static p => !p.IsAlive))
            yield return new Finding(Severity.Note, $"Process {dead.ProcessId} ('{dead.ProcessName}') died with a handle on the queue.", $"Nothing: its entry is free for the next one. 'shmq repair {queue.Place.Name}' clears it now.") { ProcessId = dead.ProcessId, IsAlive = false };
        if (all.Participants.Count(static p => p.IsAlive) == queue.Geometry.MaxParticipants)
            yield return new Finding(Severity.Trouble, $"All {queue.Geometry.MaxParticipants} participant entries are held: nobody else can open the queue.", "Dispose handles, or create the queue with a larger ShmQueueOptions.MaxParticipants.");
        if (!queue.Roles.IsBroadcast && queue.Tail - queue.Head >= queue.Ring.Capacity)
            yield return new Finding(Severity.Note, $"The queue is full: {queue.Ring.Capacity} messages wait.", all.Participants.Any(static p => p.IsAlive) ? "See that its consumers keep up ('shmq watch'), or create it with a larger capacity." : "Nobody is attached: start a consumer.");
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
        string name = queue.Place.Name;
        if (!state.IsNamed)
        {
            if (!alive) return new Finding(Severity.Note, $"Process {process} died with an anonymous subscription, {Numbers.Count(lag, "message", "messages")} behind.", $"Nothing: a producer that needs room removes it. 'shmq repair {name}' does it now.") { ProcessId = process, IsAlive = false };
            return isFull && !state.IsLossy ? new Finding(Severity.Trouble, $"A subscription of process {process} is {Numbers.Count(lag, "message", "messages")} behind, and producers wait for it.", $"See what holds process {process} up, or have it subscribe as lossy.") { ProcessId = process, IsAlive = true } : null;
        }

        string subscription = record->Name.ToString();
        if (alive) return isFull && !state.IsLossy ? new Finding(Severity.Trouble, $"The subscription '{subscription}' is {Numbers.Count(lag, "message", "messages")} behind, and producers wait for it. Process {process} holds it.", $"See what holds process {process} up.") { ProcessId = process, IsAlive = true } : null;
        bool holds = !state.IsLossy && Eviction.HoldsWhileAbsent<HardwareMemory>(queue.SubscriptionRecords, record);
        string remedy = $"Start who takes '{subscription}', or remove it: 'shmq repair {name} {ShellWord.Option("--remove-subscription", subscription)}'.";
        return holds && isFull
            ? new Finding(Severity.Trouble, $"The subscription '{subscription}' has no holder, is {Numbers.Count(lag, "message", "messages")} behind, and producers wait for it.", remedy)
            : new Finding(Severity.Note, $"The subscription '{subscription}' has no holder and is {Numbers.Count(lag, "message", "messages")} behind{(holds ? "; producers will wait for it when the ring is full" : "")}.", remedy);
    }
}

using TypedShmQueue.Inspection;
using TypedShmQueue.Tool.Shell;
using TypedShmQueue.Tool.Writing;

namespace TypedShmQueue.Tool.Diagnosis;

/// <summary>Does at once what the queue's processes would do when they come to it, and says what was done and what was left.</summary>
internal sealed class Repair : IDisposable
{
    // All looked at before this attaches: it may get the entry of a dead process, and then nobody knows any more whose that was.
    private readonly IReadOnlyList<(long Position, Claim Claim)> _stuck;
    private readonly int _deadEntries;
    private readonly string _producer;
    private readonly string _consumer;
    private readonly IReadOnlyList<ShmQueueLease> _leases;

    private readonly SegmentReader _queue;
    private readonly SegmentRepair _repair;
    private readonly List<string> _done = [];
    private readonly List<string> _refused = [];

    public Repair(SegmentReader queue)
    {
        _queue = queue;
        _stuck = queue.Roles.HasOneProducer
            ? []
            : [.. Doctor.StuckPositions(queue).Select(position => (position, Claim.On(queue, position)))];
        _deadEntries = queue.Statistics.Participants.Count(static p => !p.IsAlive);
        _producer = Process(queue.ProcessIdOf(Volatile.Read(ref queue.Ring.ProducerRole)));
        _consumer = Process(queue.ProcessIdOf(Volatile.Read(ref queue.Ring.ConsumerRole)));
        _leases = [.. queue.Groups.SelectMany(static g => g.Leases).Where(static l => !l.IsAlive)];
        _repair = SegmentRepair.TryOpen(Contracts.Of(queue), queue.Place) ?? throw ShmqException.NoSuchQueue(queue.Place);
    }

    /// <summary>What was repaired.</summary>
    public IReadOnlyList<string> Done => _done;

    /// <summary>What belongs to the living, and was left.</summary>
    public IReadOnlyList<string> Refused => _refused;

    public void Run()
    {
        foreach ((long position, Claim claim) in _stuck) PassAbandoned(position, claim);
        if (_repair.TryGiveBackProducerRole()) _done.Add($"freed the producer's role: {_producer} is dead");
        if (_repair.TryGiveBackConsumerRole()) _done.Add($"freed the consumer's role: {_consumer} is dead");
        foreach (string? name in _repair.EndSubscriptions())
            _done.Add(name != null
                ? $"subscription '{name}' has no holder now: its process is dead"
                : "ended an anonymous subscription of a dead process");
        ReturnLeases();
        _ = _repair.ClearEntries();
        if (_deadEntries > 0) _done.Add($"cleared {Numbers.Count(_deadEntries, "entry", "entries")} of dead processes");
    }

    /// <summary>Removes a group of which nobody is a member.</summary>
    public void RemoveGroup(string name)
    {
        if (!_repair.RemoveGroup(name))
            throw new ShmqException(ExitCode.NoSuchQueue, $"The queue '{_queue.Place.Name}' has no group '{name}'.");
        _done.Add($"removed the group '{name}'");
    }

    /// <summary>Removes a named subscription that nobody holds.</summary>
    public void RemoveSubscription(string name)
    {
        if (!_repair.RemoveSubscription(name))
            throw new ShmqException(ExitCode.NoSuchQueue, $"The queue '{_queue.Place.Name}' has no subscription '{name}'.");
        _done.Add($"removed the subscription '{name}'");
    }

    public void Dispose() => _repair.Dispose();

    private void ReturnLeases()
    {
        long returned = _repair.ReturnLeasesOfTheDead();
        foreach (IGrouping<int, ShmQueueLease> left in _leases.GroupBy(static l => l.ProcessId))
            _done.Add($"returned {Numbers.Count(left.Count(), "message", "messages")} that {Process(left.Key)} had: it is dead");
        // Others may have settled or taken back some since: it reports what it saw.
        if (_leases.Count == 0 && returned > 0) _done.Add($"returned {Numbers.Count(returned, "message", "messages")} of the dead");
    }

    private void PassAbandoned(long position, Claim claim)
    {
        long shown = position - _queue.Ring.Capacity;
        switch (_repair.Pass(position))
        {
            case AbandonedPosition.Passed:
                _done.Add($"skipped position {shown}: {Process(claim.ProcessId)}, which had claimed it, is dead");
                break;
            case AbandonedPosition.Held:
                _refused.Add($"position {shown} was not skipped: {Process(claim.ProcessId)}, which claimed it, is alive. "
                    + $"Let it continue, or end it first");
                break;
            case AbandonedPosition.HoldsMessage:
                _done.Add($"position {shown} is left to the next consumer: "
                    + $"its slot still holds the oldest message, which {Process(claim.ProcessId)} did not displace before it died");
                break;
            case AbandonedPosition.Corrupt:
                throw new ShmqException(ExitCode.Unusable,
                    $"Position {shown} of the queue '{_queue.Place.Name}' holds a word that no queue writes: the file is corrupt. "
                    + $"Delete the queue ({Advice.Command("rm", _queue.Place)}) and create it again.");
        }
    }

    private static string Process(int id) => id != 0 ? $"process {id}" : "the process";
}

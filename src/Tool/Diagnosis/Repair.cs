using TypedShmQueue.Inspection;
using TypedShmQueue.Layout;
using TypedShmQueue.Queue;
using TypedShmQueue.Ring;
using TypedShmQueue.Tool.Shell;
using TypedShmQueue.Tool.Writing;

namespace TypedShmQueue.Tool.Diagnosis;

/// <summary>
/// Does at once what the queue's processes would do when they come to it: passes what the dead had claimed, gives their roles back, clears
/// their entries. It attaches as any process does and uses the runtime's own steps, each of which asks the kernel who lives.
/// </summary>
internal sealed unsafe class Repair : IDisposable
{
    // All looked at before this attaches: it may get the entry of a dead process, and then nobody knows any more whose that was.
    private readonly IReadOnlyList<(long Position, Claim Claim)> _stuck;
    private readonly int _deadEntries;
    private readonly string _producer;
    private readonly string _consumer;

    private readonly SegmentReader _queue;
    private readonly Session _session;
    private readonly List<string> _done = [];
    private readonly List<string> _refused = [];

    public Repair(SegmentReader queue)
    {
        _queue = queue;
        _stuck = queue.Roles.HasOneProducer ? [] : [.. Doctor.StuckPositions(queue).Select(position => (position, Claim.On(queue, position)))];
        _deadEntries = queue.Statistics.Participants.Count(static p => !p.IsAlive);
        _producer = Process(queue.ProcessIdOf(Volatile.Read(ref queue.Ring.ProducerRole)));
        _consumer = Process(queue.ProcessIdOf(Volatile.Read(ref queue.Ring.ConsumerRole)));
        _session = Session.TryOpen(Contracts.Of(queue), queue.Place) ?? throw ShmqException.NoSuchQueue(queue.Place.Name, queue.Place.Directory);
    }

    /// <summary>What was mended.</summary>
    public IReadOnlyList<string> Done => _done;

    /// <summary>What belongs to the living, and was left.</summary>
    public IReadOnlyList<string> Refused => _refused;

    public void Run()
    {
        foreach ((long position, Claim claim) in _stuck) PassAbandoned(position, claim);
        GiveBack("producer", _producer, ref _session.Ring.ProducerRole);
        GiveBack("consumer", _consumer, ref _session.Ring.ConsumerRole);
        EndSubscriptions();
        _ = _session.Participants.Bury();
        if (_deadEntries > 0) _done.Add($"{Numbers.Count(_deadEntries, "entry", "entries")} of dead processes cleared");
    }

    /// <summary>Removes a named subscription that nobody holds.</summary>
    public void RemoveSubscription(string name)
    {
        _session.LockSubscribing();
        try
        {
            if (!new SubscriptionTable(_session).Remove(name)) throw new ShmqException(ExitCode.NoSuchQueue, $"The queue '{_queue.Place.Name}' has no subscription '{name}'.");
        }
        finally
        {
            _session.UnlockSubscribing();
        }

        _session.NotFull.WakeAll();
        _done.Add($"subscription '{name}' removed");
    }

    public void Dispose() => _session.Detach();

    private void PassAbandoned(long position, Claim claim)
    {
        long shown = position - _queue.Ring.Capacity;
        byte* slot = _session.Ring.Slots + ((position & _session.Ring.Mask) * _session.Geometry.SlotStride);
        // As on a second look at the same position: it was seen twice already, a while apart.
        long stuckAt = position;
        RingStatus status = Recovery.Investigate<HardwareMemory>(_session.Ring, _session, slot, position, isHead: false, oneProducer: false, ref stuckAt);
        if (status == RingStatus.Done) _done.Add($"position {shown} passed: {Process(claim.ProcessId)} that had claimed it is dead");
        else if (status == RingStatus.Blocked) _refused.Add($"position {shown} is left alone: {Process(claim.ProcessId)}, which claimed it, lives. Let it go on, or end it first");
        else throw new ShmqException(ExitCode.Unusable, $"Position {shown} of the queue '{_queue.Place.Name}' is nothing that the protocol writes. Delete the queue and create it anew.");
    }

    private void GiveBack(string role, string process, ref long word)
    {
        long holder = Volatile.Read(ref word);
        if (holder == 0 || _session.IsAlive(holder) || Interlocked.CompareExchange(ref word, 0, holder) != holder) return;
        _done.Add($"the {role}'s role given back: {process} is dead");
    }

    private void EndSubscriptions()
    {
        bool any = false;
        for (int i = 0; i < _session.Subscriptions.InUse; i++)
        {
            SubscriptionRecord* record = _session.Subscriptions.Records + i;
            SubscriptionState state = new(Volatile.Read(ref record->State));
            long owner = Volatile.Read(ref record->Owner);
            if (!state.IsActive || owner == 0 || _session.IsAlive(owner)) continue;
            Eviction.Evict<HardwareMemory>(record, state, owner);
            any = true;
            _done.Add(state.IsNamed ? $"subscription '{record->Name}' is without a holder now: its process is dead" : "a dead process's anonymous subscription ended");
        }

        if (any) _session.NotFull.WakeAll();
    }

    private static string Process(int id) => id != 0 ? $"process {id}" : "the process";
}

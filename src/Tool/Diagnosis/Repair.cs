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
internal sealed unsafe class Repair(SegmentReader queue) : IDisposable
{
    private readonly Session _session = Session.TryOpen(Contracts.Of(queue), queue.Place) ?? throw ShmqException.NoSuchQueue(queue.Place.Name, queue.Place.Directory);
    private readonly List<string> _done = [];
    private readonly List<string> _refused = [];

    /// <summary>What was mended.</summary>
    public IReadOnlyList<string> Done => _done;

    /// <summary>What belongs to the living, and was left.</summary>
    public IReadOnlyList<string> Refused => _refused;

    public void Run()
    {
        if (!queue.Roles.HasOneProducer) PassAbandoned();
        GiveBack("producer", ref _session.Ring.ProducerRole);
        GiveBack("consumer", ref _session.Ring.ConsumerRole);
        EndSubscriptions();
        int entries = _session.Participants.Bury();
        if (entries > 0) _done.Add($"{Numbers.Count(entries, "entry", "entries")} of dead processes cleared");
    }

    /// <summary>Removes a named subscription that nobody holds.</summary>
    public void RemoveSubscription(string name)
    {
        _session.LockSubscribing();
        try
        {
            if (!new SubscriptionTable(_session).Remove(name)) throw new ShmqException(ExitCode.NoSuchQueue, $"The queue '{queue.Place.Name}' has no subscription '{name}'.");
        }
        finally
        {
            _session.UnlockSubscribing();
        }

        _session.NotFull.WakeAll();
        _done.Add($"subscription '{name}' removed");
    }

    public void Dispose() => _session.Detach();

    private void PassAbandoned()
    {
        foreach (long position in Doctor.StuckPositions(queue))
        {
            Claim claim = Claim.On(queue, position);
            long shown = position - queue.Ring.Capacity;
            byte* slot = _session.Ring.Slots + ((position & _session.Ring.Mask) * _session.Geometry.SlotStride);
            // As on a second look at the same position: it was seen twice already, a while apart.
            long stuckAt = position;
            RingStatus status = Recovery.Investigate<HardwareMemory>(_session.Ring, _session, slot, position, isHead: false, oneProducer: false, ref stuckAt);
            if (status == RingStatus.Done) _done.Add($"position {shown} passed: {(claim.ProcessId != 0 ? $"process {claim.ProcessId}" : "the process")} that had claimed it is dead");
            else if (status == RingStatus.Blocked) _refused.Add($"position {shown} is left alone: process {claim.ProcessId}, which claimed it, lives. Let it go on, or end it first");
            else throw new ShmqException(ExitCode.Unusable, $"Position {shown} of the queue '{queue.Place.Name}' is nothing that the protocol writes. Delete the queue and create it anew.");
        }
    }

    private void GiveBack(string role, ref long word)
    {
        long holder = Volatile.Read(ref word);
        if (holder == 0 || _session.IsAlive(holder) || Interlocked.CompareExchange(ref word, 0, holder) != holder) return;
        _done.Add($"the {role}'s role given back: process {_session.Participants.ProcessIdOf(holder)} is dead");
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
}

using TypedShmQueue.Inspection;
using TypedShmQueue.Layout;
using TypedShmQueue.Tool.Messages;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Diagnosis;

/// <summary>
/// Checks every word and message of a queue against what the protocol can have written. (Opening it has checked the header, the geometry
/// and that the schema is the one of its id.)
/// </summary>
internal sealed class Verification(SegmentReader queue)
{
    /// <summary>A spoilt file has many faults, and the first ones say it all.</summary>
    private const int MostFaults = 100;

    private readonly List<string> _faults = [];

    /// <summary>What cannot be; empty if all is well.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Messages that were read and are of their types.</summary>
    public long Messages { get; private set; }

    public void Run()
    {
        foreach (Finding finding in Doctor.Examine(queue).Where(static f => f.Severity == Severity.Spoilt)) Add(finding.Position is { } position ? $"position {position}: {finding.What}" : finding.What);
        CheckWords();
        CheckOwners();
        CheckSubscriptions();
        CheckMessages();
    }

    private void CheckWords()
    {
        long capacity = queue.Ring.Capacity;
        for (long slot = 0; slot < capacity && _faults.Count < MostFaults; slot++)
        {
            long word = queue.WordOf(slot);
            if (word == 0) continue;
            long position = SlotWord.Position(word);
            bool isWord = word == SlotWord.Published(position) || word == SlotWord.Tombstone(position);
            // The word first: until the end is asked for, it can only have moved on.
            if (!isWord || position < capacity || (position & queue.Ring.Mask) != slot || position >= queue.Tail + capacity)
                Add($"slot {slot}: its word 0x{word:x} is none that a queue writes there");
        }
    }

    private unsafe void CheckOwners()
    {
        CheckOwner("the producer's role", Volatile.Read(ref queue.Ring.ProducerRole));
        CheckOwner("the consumer's role", Volatile.Read(ref queue.Ring.ConsumerRole));
        for (int i = 0; i < queue.Ring.LaneCount; i++)
        {
            Lane* lane = queue.Ring.Lanes + i;
            CheckOwner($"lane {i}", Volatile.Read(ref lane->Owner));
            if (Volatile.Read(ref lane->First) is var first and not 0 && first < queue.Ring.Capacity) Add($"lane {i}: no position is {first}");
        }
    }

    private void CheckOwner(string what, long owner)
    {
        int index = new Liveness.OwnerWord(owner).Index;
        if (owner != 0 && !Liveness.OwnerWord.IsIndexInRange(index, queue.Geometry.MaxParticipants)) Add($"{what} names participant {index}, and there are {queue.Geometry.MaxParticipants}");
    }

    private unsafe void CheckSubscriptions()
    {
        for (int i = 0; i < queue.SubscriptionRecords.InUse; i++)
        {
            SubscriptionRecord* record = queue.SubscriptionRecords.Records + i;
            if (!new SubscriptionState(Volatile.Read(ref record->State)).IsActive) continue;
            CheckOwner($"subscription {i}", Volatile.Read(ref record->Owner));
            long cursor = Volatile.Read(ref record->Cursor);
            if (cursor < queue.Ring.Capacity || cursor > queue.Tail) Add($"subscription {i}: it is at position {cursor - queue.Ring.Capacity}, and the next to be sent is {queue.Tail - queue.Ring.Capacity}");
        }
    }

    private void CheckMessages()
    {
        MessageFormat format;
        try
        {
            format = MessageFormat.Of(queue);
        }
        catch (ShmqException e)
        {
            Add(e.Message);
            return;
        }

        foreach (MessageWalk at in new MessageWalk(queue).Over(long.MaxValue))
        {
            string? field = format.FirstWrongField(at.Message);
            if (field != null) Add($"position {at.Position}: the bytes of {field} are no value of its type");
            else Messages++;
            if (_faults.Count >= MostFaults) return;
        }
    }

    private void Add(string fault)
    {
        if (_faults.Count < MostFaults) _faults.Add(fault);
    }
}

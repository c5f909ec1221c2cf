using System.Numerics;
using TypedShmQueue.Layout;
using TypedShmQueue.Liveness;
using TypedShmQueue.Ring.Groups;

namespace TypedShmQueue.Inspection;

/// <summary>
/// Checks the words of a queue against what the protocol can have written. Its processes go on meanwhile and wait for nobody, so what is
/// asked is what holds at every instant, and an intact queue is never reported as corrupt.
/// </summary>
/// <remarks>
/// Positions only grow. So what bounds a word from below is loaded before it, and what bounds it from above after it:
/// <para>Head and tail: head is never past tail, except one producer's, by a batch (T1), and tail is never more than a capacity past head
/// (E2). Head, tail, head.</para>
/// <para>A slot: all positions below head are finished (E2, B3), and those below one producer's tail (T1). So the word is of the slot's
/// last finished position or a later one: finished, word. What is published was claimed, within a capacity of head (E2) and, by
/// many producers, below tail (I1): word, tail, head.</para>
/// <para>A subscription's cursor is never past what is published: cursor, tail, head.</para>
/// <para>A group: its cursor is never past its next position, which is never past what is published, and at most a capacity past the
/// cursor: cursor, next, tail, head, cursor. A ledger word is of a position that was handed out, and says that it is done if it is below
/// the cursor (G4): cursor, word, next. What a lease entry announces was published (G1): entry, tail, head.</para>
/// </remarks>
/// <param name="queue">The queue; one thread at a time.</param>
/// <param name="mostFaults">A corrupt file has many faults, and the first ones are enough.</param>
/// <param name="found">Gets each fault as it is found.</param>
internal sealed unsafe class SegmentVerification(SegmentReader queue, int mostFaults, Action<string>? found = null)
{
    private readonly RingView _ring = queue.Ring;
    private readonly List<string> _faults = [];

    /// <summary>What cannot be; empty if all is well.</summary>
    public IReadOnlyList<string> Faults => _faults;

    private bool HasEnough => _faults.Count >= mostFaults;

    private long StoredTail => Volatile.Read(ref _ring.Tail) & ~Segment.CompletedBit;

    /// <summary>No position from this one on is published.</summary>
    private long End
    {
        get
        {
            long claimed = queue.Roles.HasOneProducer ? long.MaxValue : StoredTail; // I1
            return Math.Min(claimed, queue.Head + _ring.Capacity); // E2
        }
    }

    /// <summary>Runs all checks. If head or tail is corrupt, the other words cannot be judged.</summary>
    /// <param name="mostSlots">So many slots are looked at, from the oldest position on.</param>
    public void Run(long mostSlots)
    {
        if (!CheckEnds()) return;
        CheckSlots(mostSlots);
        CheckOwners();
        CheckSubscriptions();
        CheckGroups(mostSlots);
        CheckLeases();
    }

    /// <summary>Checks head and tail.</summary>
    public bool CheckEnds()
    {
        long capacity = _ring.Capacity;
        long before = queue.Head;
        long tail = StoredTail;
        long after = queue.Head;
        long behind = queue.Roles.HasOneProducer ? capacity : 0; // T1
        // Who displaces claims first, and then takes the oldest: one position is claimed beyond the capacity then.
        bool mayDisplace = queue.Roles is { HasOneProducer: false, Waits: false };
        bool isWhole = before >= capacity && tail >= capacity && before - tail <= behind
            && tail - after <= capacity + (mayDisplace ? 1 : 0);
        if (!isWhole)
            Add($"The next position to take is {after - capacity} and the next to send {tail - capacity}, which is impossible with "
                + $"{capacity} slots.");
        return isWhole;
    }

    private void CheckSlots(long most)
    {
        long head = queue.Head;
        long finished = queue.Roles.HasOneProducer ? Math.Max(head, StoredTail) : head; // T1
        long end = End;
        long count = Math.Min(most, _ring.Capacity);
        for (long i = 0; i < count && !HasEnough; i++)
        {
            long slot = (head + i) & _ring.Mask;
            long word = queue.WordOf(slot); // E1
            long last = finished - 1 - ((finished - 1 - slot) & _ring.Mask);
            if (SlotWord.Position(word) >= end) end = End; // others have gone on meanwhile
            if (!IsPossible(word, slot, last, end)) Add($"slot {slot}: no queue writes the word 0x{word:x} there");
        }
    }

    /// <param name="word">The slot's word.</param>
    /// <param name="slot">Its index.</param>
    /// <param name="last">The last position of the slot that is known to be finished; below the capacity if none is.</param>
    /// <param name="end">No position from this one on is published.</param>
    private bool IsPossible(long word, long slot, long last, long end)
    {
        if (word == 0) return last < _ring.Capacity;
        long position = SlotWord.Position(word);
        return (word == SlotWord.Published(position) || word == SlotWord.Tombstone(position))
            && (position & _ring.Mask) == slot && position >= Math.Max(last, _ring.Capacity) && position < end;
    }

    private void CheckOwners()
    {
        CheckOwner("the producer's role", Volatile.Read(ref _ring.ProducerRole));
        CheckOwner("the consumer's role", Volatile.Read(ref _ring.ConsumerRole));
        for (int i = 0; i < _ring.LaneCount && !HasEnough; i++)
        {
            Lane* lane = _ring.Lanes + i;
            CheckOwner($"lane {i}", Volatile.Read(ref lane->Owner));
            if (Volatile.Read(ref lane->First) is var first and not 0 && first < _ring.Capacity)
                Add($"lane {i}: its first position {first} is out of range");
        }
    }

    private void CheckOwner(string what, long owner)
    {
        int index = new OwnerWord(owner).Index;
        if (owner != 0 && !OwnerWord.IsIndexInRange(index, queue.Geometry.MaxParticipants))
            Add($"{what} names participant {index}, but there are only {queue.Geometry.MaxParticipants}");
    }

    private void CheckSubscriptions()
    {
        for (int i = 0; i < queue.SubscriptionRecords.InUse && !HasEnough; i++)
        {
            SubscriptionRecord* record = queue.SubscriptionRecords.Records + i;
            if (!new SubscriptionState(Volatile.Read(ref record->State)).IsActive) continue;
            CheckOwner($"subscription {i}", Volatile.Read(ref record->Owner));
            long cursor = Volatile.Read(ref record->Cursor); // B2
            long end = End;
            if (cursor < _ring.Capacity || cursor > end)
                Add($"subscription {i}: its position is {cursor - _ring.Capacity}, but the next position to send is "
                    + $"{end - _ring.Capacity}");
        }
    }

    /// <summary>Checks the ends and the ledger of each group.</summary>
    /// <param name="mostSlots">So many words of each ledger are looked at, from the group's oldest position on.</param>
    public void CheckGroups(long mostSlots)
    {
        for (int i = 0; i < queue.GroupRecords.InUse && !HasEnough; i++)
        {
            GroupRecord* record = queue.GroupRecords.Records + i;
            SubscriptionState state = new(Volatile.Read(ref record->State));
            if (!state.IsActive || !state.IsNamed) continue;
            List<string> faults = [];
            if (CheckEndsOfGroup(i, record, faults)) CheckLedger(i, record, mostSlots, faults);
            // One that was removed meanwhile, and begun anew, may be anywhere.
            if (Volatile.Read(ref record->State) == state.Word) faults.ForEach(Add);
        }
    }

    private bool CheckEndsOfGroup(int group, GroupRecord* record, List<string> faults)
    {
        long capacity = _ring.Capacity;
        long before = Volatile.Read(ref record->Cursor);
        long next = Volatile.Read(ref record->Next);
        long end = End;
        long after = Volatile.Read(ref record->Cursor);
        bool isWhole = before >= capacity && next >= before && next <= end && next - after <= capacity;
        if (!isWhole)
            faults.Add($"{NameOf(group)}: its oldest position is {after - capacity} and the next to hand out {next - capacity}, which is "
                + $"impossible with {capacity} slots if the next position to send is {end - capacity}");
        return isWhole;
    }

    private void CheckLedger(int group, GroupRecord* record, long most, List<string> faults)
    {
        int shift = BitOperations.TrailingZeroCount(_ring.Capacity);
        long from = Volatile.Read(ref record->Cursor);
        long count = Math.Min(most, _ring.Capacity);
        for (long position = from; position < from + count && faults.Count < mostFaults; position++)
        {
            long cursor = Volatile.Read(ref record->Cursor); // G4
            LedgerWord word = new(Volatile.Read(ref queue.GroupRecords.Ledger(group, position)));
            long next = Volatile.Read(ref record->Next);
            // A group that begins writes a word of the lap before, and of no delivery.
            long of = (word.Lap << shift) | (position & _ring.Mask);
            bool isPossible = of >= 0 && of < next
                && (word.IsDone || (of >= cursor && word.Delivery > 0 && (word.IsLeased || word.IsReturned)));
            if (!isPossible)
                faults.Add($"{NameOf(group)}: no queue writes the word 0x{word.Word:x} to its ledger, for slot {position & _ring.Mask}");
        }
    }

    private void CheckLeases()
    {
        int used = (int)Math.Clamp(Volatile.Read(ref queue.GroupRecords.UsedLeases), 0, queue.GroupRecords.LeaseCount);
        for (int i = 0; i < used && !HasEnough; i++)
        {
            LeaseRecord* entry = queue.GroupRecords.Leases + i;
            CheckOwner($"lease entry {i}", Volatile.Read(ref entry->Owner));
            long first = Volatile.Read(ref entry->First); // G1
            if (first == 0) continue;
            long count = Volatile.Read(ref entry->Count), delivery = Volatile.Read(ref entry->Deliveries);
            long group = Volatile.Read(ref entry->Group);
            long end = End;
            bool isPossible = first >= _ring.Capacity && count is >= 1 and <= LeaseEntry.MostMessages && first <= end - count
                && delivery is >= 1 and <= LedgerWord.LastDelivery && group >= -1 && group < queue.GroupRecords.Count;
            if (!isPossible)
                Add($"lease entry {i}: delivery {delivery} of {count} messages from {first - _ring.Capacity} on, of group {group}, is out "
                    + $"of range");
        }
    }

    private string NameOf(int group) =>
        queue.GroupRecords.Records[group].Name is { Length: > 0 } name ? $"group '{name}'" : $"group {group}";

    private void Add(string fault)
    {
        if (HasEnough) return;
        _faults.Add(fault);
        found?.Invoke(fault);
    }
}

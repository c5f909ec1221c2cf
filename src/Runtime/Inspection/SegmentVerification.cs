using TypedShmQueue.Layout;
using TypedShmQueue.Liveness;

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

    private void Add(string fault)
    {
        if (HasEnough) return;
        _faults.Add(fault);
        found?.Invoke(fault);
    }
}

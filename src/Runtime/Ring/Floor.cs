using TypedShmQueue.Layout;

namespace TypedShmQueue.Ring;

/// <summary>Reads the floor's word together with the head that it was read beside.</summary>
internal static class Floor
{
    /// <summary>Head was the same before and after, so the floor is that head's: not below it, and at most a capacity beyond.</summary>
    public static FloorWord Read<TMemory>(in RingView ring, out long head) where TMemory : struct, IMemory
    {
        while (true)
        {
            head = TMemory.LoadAcquire(ref ring.Head);
            FloorWord floor = new(TMemory.LoadAcquire(ref ring.Floor)); // B3
            if (TMemory.LoadAcquire(ref ring.Head) == head) return floor;
        }
    }

    /// <summary>Whether a run of the protocol can have come to this floor.</summary>
    public static bool IsPossible(in RingView ring, long head, long floor) => head >= ring.Capacity && floor - head <= ring.Capacity;
}

/// <summary>Broadcast: the oldest position is taken from all who have still to take it.</summary>
internal static unsafe class Oldest
{
    /// <summary>
    /// Announces and moves head past it, by one. False: somebody else has moved head. Precondition: the position is finished, and the slot
    /// is wanted for a later one that is claimed.
    /// </summary>
    public static bool TryPass<TMemory>(in RingView ring, byte* slot, long head) where TMemory : struct, IMemory
    {
        while (true)
        {
            FloorWord floor = Floor.Read<TMemory>(ring, out long now);
            if (now != head) return false;
            bool isTombstone = TMemory.LoadAcquire(ref *(long*)slot) == SlotWord.Tombstone(head);
            bool isAnnounced = floor.PositionFrom(head) > head
                // B3
                || TMemory.CompareAndSwap(ref ring.Floor, floor.Word,
                    FloorWord.Of(head + 1, floor.TombstonesBelow(head) + (isTombstone ? 1u : 0)).Word);
            if (!isAnnounced) continue;
            if (!TMemory.CompareAndSwap(ref ring.Head, head, head + 1)) return false; // B1
            if (!isTombstone) TMemory.Add(ref ring.Displaced, 1);
            return true;
        }
    }
}

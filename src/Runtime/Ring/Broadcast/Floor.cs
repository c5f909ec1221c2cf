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

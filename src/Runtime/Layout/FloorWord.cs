namespace TypedShmQueue.Layout;

/// <summary>
/// Broadcast: the position up to which head may move, announced before head does, and how many of the positions below it are
/// tombstones, in one word, so that the two always belong together. Both are their lower 32 bits: the floor is at most a capacity
/// beyond head, and counts of tombstones are only ever subtracted from each other.
/// </summary>
internal readonly record struct FloorWord(long Word)
{
    private const int PositionBits = 32;

    public static FloorWord Of(long position, uint tombstones) => new(((long)tombstones << PositionBits) | (uint)position);

    /// <summary>How many tombstones there are below, from the first position on; counted modulo 2^32.</summary>
    public uint Tombstones => (uint)(Word >>> PositionBits);

    /// <summary>The whole position, given what head was when the word was read.</summary>
    public long PositionFrom(long head) => head + (uint)((uint)Word - (uint)head);
}

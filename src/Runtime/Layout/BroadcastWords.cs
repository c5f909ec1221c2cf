namespace TypedShmQueue.Layout;

/// <summary>
/// Broadcast: the position up to which head may move, announced before head does, and how many of the positions below it are
/// tombstones, in one word, so that the two always belong together. Both are their lower 32 bits: the floor is at most a capacity
/// beyond head, and counts of tombstones are only ever subtracted from each other.
/// </summary>
/// <remarks>
/// The half of the tombstones has the position's upper bits added. So 2^32 positions later the word is another one, and a producer that was
/// paused before its swap of the word cannot take it for the one that it read. docs/protocol.md, "What wraps, and when".
/// </remarks>
internal readonly record struct FloorWord(long Word)
{
    private const int PositionBits = 32;

    public static FloorWord Of(long position, uint tombstones) =>
        new(((long)(tombstones + RoundOf(position)) << PositionBits) | (uint)position);

    /// <summary>How many tombstones there are below, from the first position on; counted modulo 2^32.</summary>
    /// <param name="position">The word's own position, whole.</param>
    public uint TombstonesBelow(long position) => (uint)(Word >>> PositionBits) - RoundOf(position);

    /// <summary>The whole position, given what head was when the word was read.</summary>
    public long PositionFrom(long head) => head + (uint)((uint)Word - (uint)head);

    private static uint RoundOf(long position) => (uint)(position >>> PositionBits);
}

/// <summary>
/// How a queue's own time follows from the time since the machine's start, and for which start that holds: one word, so that both change in
/// one instant. 0 holds for none.
/// </summary>
internal readonly record struct ClockWord(long Word)
{
    private const int StartBits = 20;

    /// <summary>Some 278 years.</summary>
    private const long MostOffset = (1L << (63 - StartBits)) - 1;

    /// <param name="start">A number of the machine's start, below 2^20.</param>
    /// <param name="offset">Milliseconds from the time since the start to the queue's time.</param>
    public static ClockWord Of(uint start, long offset) => new((Math.Clamp(offset, -MostOffset, MostOffset) << StartBits) | start);

    public uint Start => (uint)(Word & ((1 << StartBits) - 1));

    public long Offset => Word >> StartBits;
}

namespace TypedShmQueue.Layout;

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

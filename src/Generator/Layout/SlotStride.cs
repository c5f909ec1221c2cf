namespace TypedShmQueue.Generator.Layout;

/// <summary>How many bytes a slot takes in the ring. The runtime computes the same; a test holds the two together.</summary>
internal static class SlotStride
{
    private const int WordSize = 8;
    private const int CacheLine = 64;

    /// <summary>Bytes from one slot to the next.</summary>
    public static int Of(int messageSize) => messageSize switch
    {
        <= 16 - WordSize => 16,
        <= 32 - WordSize => 32,
        <= CacheLine - WordSize => CacheLine,
        _ => (messageSize + WordSize + 7) & ~7,
    };
}

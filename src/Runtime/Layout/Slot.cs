using System.Runtime.CompilerServices;

namespace TypedShmQueue.Layout;

/// <summary>
/// What a slot holds, in one word: <c>position &lt;&lt; 2 | state</c>. Any word but these two of position p means: p is not
/// published yet. Positions have 61 bits and never come again, so a word is never mistaken for an older one (no ABA).
/// </summary>
internal static class SlotWord
{
    private const long PublishedState = 2;
    private const long TombstoneState = 3;
    private const int StateBits = 2;

    /// <summary>The message of this position is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Published(long position) => (position << StateBits) | PublishedState;

    /// <summary>This position will never have a message.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Tombstone(long position) => (position << StateBits) | TombstoneState;

    /// <summary>
    /// Words of positions below twice this have a zero in their highest byte. Half of that is for a thread that is paused between its look
    /// at a position and what it does because of it: ring and all, others go on by no more, not in a hundred days of a thousand million a
    /// second.
    /// </summary>
    public const long OwnedEnd = 1L << (64 - 8 - StateBits - 1);

    /// <summary>The position a word speaks of.</summary>
    public static long Position(long word) => word >> StateBits;
}

/// <summary>
/// Stands for the messages of any queue, where they are known by their bytes only: the queue itself says how many those are. One type for
/// all of them, so that code for it can be compiled ahead of time.
/// </summary>
internal struct AnyMessage
{
    /// <summary>The first of them.</summary>
    public byte First;
}

/// <summary>A slot: an 8-byte word, then the message, at a stride that keeps small messages from straddling cache lines.</summary>
internal static class SlotLayout
{
    /// <summary>Bytes of the word that says what a slot holds. It lies beside its message, so that one line carries both.</summary>
    public const int WordSize = 8;

    /// <summary>Bytes of a cache line.</summary>
    public const int CacheLine = 64;

    /// <summary>
    /// Bytes from one slot to the next: a constant to the compiler, except for messages that are known by their bytes only.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe int Stride<T>(in RingView ring) where T : unmanaged =>
        typeof(T) == typeof(AnyMessage) ? ring.Stride : Stride(sizeof(T));

    /// <summary>Bytes from one slot to the next. With a constant argument the compiler folds it to a constant.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Stride(int messageSize)
    {
        if (messageSize <= 16 - WordSize) return 16;
        if (messageSize <= 32 - WordSize) return 32;
        if (messageSize <= CacheLine - WordSize) return CacheLine;
        // Larger ones are packed: whole lines would be moved for nothing.
        return (messageSize + WordSize + 7) & ~7;
    }
}

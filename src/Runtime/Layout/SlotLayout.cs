using System.Runtime.CompilerServices;

namespace TypedShmQueue.Layout;

/// <summary>A slot: an 8-byte word, then the message, at a stride that keeps small messages from straddling cache lines.</summary>
internal static class SlotLayout
{
    /// <summary>Bytes of the word that says what a slot holds. It lies beside its message, so that one line carries both.</summary>
    public const int WordSize = 8;

    /// <summary>Bytes of a cache line.</summary>
    public const int CacheLine = 64;

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

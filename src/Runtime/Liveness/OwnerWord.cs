using TypedShmQueue.Layout;

namespace TypedShmQueue.Liveness;

/// <summary>Names a handle in one word: its participant entry, and which of that entry's occupants. 0 is nobody.</summary>
internal readonly record struct OwnerWord(long Word)
{
    private const int IndexBits = 16;

    public OwnerWord(int index, long generation) : this((generation << IndexBits) | (uint)(index + 1))
    {
    }

    /// <summary>The entry, from 0; -1 is nobody. Out of range if the word is spoilt: compare before use.</summary>
    public int Index => (int)(Word & ((1 << IndexBits) - 1)) - 1;

    public long Generation => Word >> IndexBits;

    public static bool IsIndexInRange(int index, int maxParticipants) =>
        (uint)index < (uint)Math.Min(maxParticipants, Segment.MaxParticipants);
}

using System.Runtime.InteropServices;

namespace TypedShmQueue.Journal;

/// <summary>
/// Where the writer of a journal is. Its words are in memory that all committers share, so that any can continue after another, and
/// after the death of another. Whoever holds the commit lock uses them.
/// </summary>
/// <remarks>
/// <para>A death between two stores must leave words that the next committer can use. The order of the stores ensures that:</para>
/// <list type="number">
/// <item><see cref="Mark"/> is set before the first write and removed after the last store. Whoever finds it set believes only
/// <see cref="Newest"/>, <see cref="Tried"/> and <see cref="Limit"/>, and writes a snapshot. So the order of the other words between
/// those two does not matter.</item>
/// <item><see cref="Tried"/> is raised before the first write of its generation. After a death there, a generation is skipped, which
/// costs nothing. The other way round, a generation would be written twice.</item>
/// <item><see cref="Newest"/> changes after the sync, by one store, because generation and half belong together. After a death before it,
/// the next snapshot goes over the one that is complete but was reported to nobody; after a death behind it, over the one before. Either
/// way the half that <see cref="Newest"/> names is spared, and it holds everything that was ever reported.</item>
/// <item><see cref="Limit"/> changes after the sync. After a death before it, it is too low. It is written as a lower bound
/// (<see cref="BlockHeader.Committed"/>), and the ring still has the messages above it.</item>
/// </list>
/// <para>A process that dies has made all its stores up to some instruction, and shared memory keeps them. Only the compiler and the
/// processor could reorder them, so those named above are releases.</para>
/// </remarks>
[StructLayout(LayoutKind.Sequential)]
internal struct JournalPosition
{
    /// <summary>
    /// Generations between two recoveries, at most. A recovery goes on at the next multiple, so what was written before it is of an earlier
    /// epoch.
    /// </summary>
    public const long GenerationsInEpoch = 1L << 32;

    /// <summary>Not 0 while a write has begun and its end is not recorded.</summary>
    public long Mark;

    /// <summary>The newest complete generation times two, plus its half. Generation 0: there is none.</summary>
    public long Newest;

    /// <summary>The highest generation that was ever begun.</summary>
    public long Tried;

    /// <summary>Where the next commit goes, from the beginning of the file.</summary>
    public long NextOffset;

    /// <summary>The next commit's sequence.</summary>
    public long NextSequence;

    /// <summary>The checksum of the last block's header.</summary>
    public long Previous;

    /// <summary>The journal holds everything below this position that is still wanted.</summary>
    public long Limit;

    /// <summary>
    /// Of the words above, when the mark was removed last. Whoever writes to one of them alone, by mistake, does not lead the next commit
    /// over another: it begins a generation.
    /// </summary>
    public long Check;

    /// <summary>The beginning of a journal that holds no generation: the first call writes one, into the first half.</summary>
    public static JournalPosition Beginning(long limit) => new() { Mark = 1, Newest = Pack(0, 1), Limit = limit };

    public readonly long Generation => Newest >> 1;

    /// <summary>0 or 1.</summary>
    public readonly int Half => (int)(Newest & 1);

    /// <summary>How many recoveries there were, as a generation's number says.</summary>
    public static long EpochOf(long generation) => generation / GenerationsInEpoch;

    /// <summary>
    /// Whether a snapshot can follow. False: no writer has left these words, so which half must be spared is not known.
    /// </summary>
    public readonly bool IsPossible => Newest >= 0 && Tried >= Generation && Tried < long.MaxValue >> 2 && Limit >= 0;

    /// <summary>Whether a commit can follow the last one: its place is inside the half of the newest generation.</summary>
    public readonly bool CanContinue(JournalHeader header)
    {
        long start = header.HalfOffset(Half);
        return Check == CheckOf() && Generation > 0 && NextSequence > 0 && NextOffset > start && NextOffset <= start + header.HalfSize
            && (NextOffset & (JournalFormat.Alignment - 1)) == 0 && (ulong)Previous <= uint.MaxValue;
    }

    /// <summary>What <see cref="Check"/> is to be.</summary>
    public readonly long CheckOf()
    {
        uint crc = uint.MaxValue;
        foreach (long word in (ReadOnlySpan<long>)[Newest, Tried, NextOffset, NextSequence, Previous, Limit])
            crc = System.Numerics.BitOperations.Crc32C(crc, (ulong)word);
        return crc;
    }

    public static long Pack(long generation, int half) => (generation << 1) | (long)half;
}

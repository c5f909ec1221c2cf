namespace TypedShmQueue.Journal;

/// <summary>
/// What one half holds: the snapshot at its beginning with the commits that follow it, and every block header behind their end.
/// </summary>
internal sealed class JournalScan<TRules>
    where TRules : struct, IJournalRules
{
    private readonly JournalWindow _window;
    private readonly uint _seed;

    private JournalScan(JournalWindow window, uint seed, long end)
    {
        _window = window;
        _seed = seed;
        HalfEnd = end;
    }

    /// <summary>The whole blocks, each the successor of the one before. Empty if the half does not begin with a whole snapshot.</summary>
    public List<BlockHeader> Chain { get; } = [];

    /// <summary>The other headers of the half, by place: left from earlier generations, or cut off from their chain.</summary>
    public List<BlockHeader> Others { get; } = [];

    public long HalfEnd { get; }

    /// <summary>The generation of the chain; 0 if there is none.</summary>
    public long Generation => Chain.Count > 0 ? Chain[0].Generation : 0;

    public static JournalScan<TRules> Of(JournalWindow window, uint seed, long start, long end)
    {
        JournalScan<TRules> scan = new(window, seed, end);
        long at = scan.Follow(start);
        int step = TRules.AlignsBlocks ? JournalFormat.Alignment : 8;
        for (; at + BlockHeader.Size <= end; at += step)
            if (scan.TryHeader(at, out BlockHeader header)) scan.Others.Add(header);
        return scan;
    }

    /// <summary>Whether the body is what was written.</summary>
    public bool IsWhole(in BlockHeader block)
    {
        if (!TRules.ChecksBlocks) return true;
        uint checksum = _seed;
        for (long at = block.RecordsOffset; at < block.End;)
        {
            ReadOnlySpan<byte> some = _window.Some(at, block.End - at);
            checksum = Crc32C.Append(checksum, some);
            at += some.Length;
        }

        return checksum == block.BodyChecksum;
    }

    /// <summary>Follows the chain from the beginning of the half. Returns its end.</summary>
    private long Follow(long at)
    {
        BlockHeader last = default;
        while (at + BlockHeader.Size <= HalfEnd && TryHeader(at, out BlockHeader block) && IsNext(block, last) && IsWhole(block))
        {
            Chain.Add(block);
            last = block;
            at = TRules.AlignsBlocks ? JournalFormat.Align(block.End) : JournalFormat.AlignRecord(block.End);
        }

        return at;
    }

    private bool IsNext(in BlockHeader block, in BlockHeader last)
    {
        if (Chain.Count == 0) return block.IsSnapshot;
        return block.Sequence == last.Sequence + 1
            && (!TRules.ChecksGenerations || block.Generation == last.Generation)
            && (!TRules.Chains || (block.Previous == last.Checksum && block.First == last.Limit));
    }

    private bool TryHeader(long at, out BlockHeader header) =>
        BlockHeader.TryRead(_window.At(at, BlockHeader.Size), _seed, at, HalfEnd, out header, TRules.ChecksBlocks);
}

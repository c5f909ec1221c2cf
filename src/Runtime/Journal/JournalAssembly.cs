using System.Globalization;

namespace TypedShmQueue.Journal;

/// <summary>Puts the blocks of one generation together: whole ones, and what can be read of those that are damaged.</summary>
internal sealed class JournalAssembly<TRules>(JournalScan<TRules> scan, JournalWindow window, JournalHeader header, uint recordSeed,
    long start, string queueName)
    where TRules : struct, IJournalRules
{
    /// <summary>No more positions than this are between the oldest and the end, also where a displaced range is one record.</summary>
    private const long Widest = 1L << 31;

    private readonly List<JournalPiece> _pieces = [];
    private readonly List<string> _damage = [];
    private BlockHeader _last;
    private long _head;
    private long _limit = -1;
    private int _blocks;
    private bool _isSideStateOlder;

    /// <summary>The sequence that the next block must have.</summary>
    public long NextSequence { get; private set; }

    /// <summary>Where the next block must be.</summary>
    public long NextOffset { get; private set; } = start;

    /// <summary>Adds a block that is whole, and whose predecessors are there or accounted for.</summary>
    public void AddWhole(in BlockHeader block)
    {
        PositionRange positions = new(block.FirstRecord, block.Limit);
        _pieces.Add(new JournalPiece(block.RecordsOffset, block.SideOffset, positions, block.Generation));
        _last = block;
        _blocks++;
        _isSideStateOlder = false;
        Pass(block);
    }

    /// <summary>Adds a block from behind the end of the chain, which was written after everything before it was durable.</summary>
    /// <param name="block">Its header.</param>
    /// <param name="mayBeTorn">Whether none follows, so that it need not have been reported as written.</param>
    public void AddLater(in BlockHeader block, bool mayBeTorn)
    {
        if (block.Sequence > NextSequence)
        {
            _damage.Add(string.Create(CultureInfo.InvariantCulture,
                $"what is at byte {NextOffset} is not block {NextSequence} of generation {block.Generation}, but block "
                    + $"{block.Sequence} follows"));
            Salvage(NextOffset, block.Offset, _limit >= 0 ? _limit : Math.Max(0, block.First - Widest), block.First, block.Generation);
            _limit = Math.Max(_limit, block.First);
            _isSideStateOlder = true;
        }

        if (scan.IsWhole(block))
        {
            AddWhole(block);
        }
        else if (!mayBeTorn)
        {
            _damage.Add(string.Create(CultureInfo.InvariantCulture,
                $"the checksum of block {block.Sequence} of generation {block.Generation} at byte {block.Offset} is wrong"));
            Salvage(block.RecordsOffset, block.SideOffset, block.FirstRecord, block.Limit, block.Generation);
            _isSideStateOlder = true;
            Pass(block);
        }
    }

    /// <summary>The whole contents.</summary>
    /// <param name="position">Where to go on.</param>
    /// <param name="committed">What some block says was committed.</param>
    public JournalContents End(JournalPosition position, long committed)
    {
        if (committed > _limit)
        {
            _damage.Add(string.Create(CultureInfo.InvariantCulture,
                $"the blocks that can be read end before position {Math.Max(_limit - header.Capacity, 0)}, but a later one says that "
                    + $"everything before {committed - header.Capacity} was committed"));
            _limit = committed;
            _isSideStateOlder = true;
        }

        // A ring has no more positions than slots. Where a head is lost with its block, an older one stands for it.
        if (_damage.Count > 0) _head = Math.Max(_head, _limit - header.Capacity);
        else if (_limit - _head > header.Capacity)
            throw JournalHeader.Corrupt(queueName, string.Create(CultureInfo.InvariantCulture,
                $"it holds {_limit - _head} positions, but the queue has {header.Capacity} slots: it was forged"));

        position.NextOffset = NextOffset;
        position.NextSequence = NextSequence;
        position.Previous = _last.Checksum;
        position.Limit = _limit;
        return new JournalContents(window, queueName, TRules.ChecksBlocks)
        {
            Header = header,
            Head = _head,
            Limit = _limit,
            IsCompleted = _last.IsCompleted,
            SideState = ReadSideState(),
            Position = position,
            Blocks = _blocks,
            Last = _last,
            Damage = _damage.Count > 0 ? string.Join("; ", _damage) : null,
            Lost = FindLost(),
            IsSideStateOlder = _isSideStateOlder,
            Pieces = _pieces,
        };
    }

    /// <summary>Goes on behind a block.</summary>
    private void Pass(in BlockHeader block)
    {
        _head = Math.Max(_head, block.Head);
        _limit = Math.Max(_limit, block.Limit);
        NextSequence = block.Sequence + 1;
        NextOffset = TRules.AlignsBlocks ? JournalFormat.Align(block.End) : JournalFormat.AlignRecord(block.End);
    }

    /// <summary>
    /// Finds the records that are whole in a damaged region. Each head has a checksum of its own, so that one that is destroyed does not
    /// hide the next.
    /// </summary>
    private void Salvage(long from, long to, long first, long end, long generation)
    {
        long next = first;
        for (long at = from; to - at >= RecordHead.Size;)
        {
            if (!RecordHead.TryRead(window.At(at, RecordHead.Size), recordSeed, to - at, header.MessageSize, out RecordHead head))
            {
                at += 8;
                continue;
            }

            long position = next + (uint)(head.Position - (uint)next);
            if (position + head.Count > end)
            {
                at += 8;
                continue;
            }

            next = position + head.Count;
            if (head.IsAbsent || Crc32C.Append(Crc32C.Empty, window.At(at + RecordHead.Size, (int)head.Length)) == head.Content)
                AddRecord(at, at + head.Bytes, new PositionRange(position, next), generation);
            at += head.Bytes;
        }
    }

    private void AddRecord(long from, long to, PositionRange positions, long generation)
    {
        if (_pieces.Count > 0 && _pieces[^1] is var last && last.To == from && last.Positions.End == positions.First)
            _pieces[^1] = last with { To = to, Positions = last.Positions with { End = positions.End } };
        else
            _pieces.Add(new JournalPiece(from, to, positions, generation));
    }

    /// <summary>The positions that are wanted, and that no piece has.</summary>
    private List<PositionRange> FindLost()
    {
        List<PositionRange> lost = [];
        long next = _head;
        foreach (JournalPiece piece in _pieces)
        {
            if (piece.Positions.First > next) lost.Add(new PositionRange(next, piece.Positions.First));
            next = Math.Max(next, piece.Positions.End);
        }

        if (next < _limit) lost.Add(new PositionRange(next, _limit));
        return lost;
    }

    private byte[] ReadSideState()
    {
        if (_blocks == 0) return [];
        byte[] side = new byte[checked((int)_last.SideBytes)];
        for (int at = 0; at < side.Length;)
        {
            ReadOnlySpan<byte> some = window.Some(_last.SideOffset + at, side.Length - at);
            some.CopyTo(side.AsSpan(at));
            at += some.Length;
        }

        return side;
    }
}

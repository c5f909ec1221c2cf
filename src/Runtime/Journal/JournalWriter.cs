using System.Buffers;
using System.Runtime.InteropServices;

namespace TypedShmQueue.Journal;

/// <summary>
/// Writes a journal: commits behind each other, and snapshots by turns into the two halves. It has no state of its own between two calls;
/// that is in the <see cref="JournalPosition"/>, so that committers of several processes can take turns.
/// </summary>
/// <remarks>
/// <para>
/// Precondition of every call: its caller holds the commit lock. A call that throws leaves the position's mark set, and the next call
/// then writes a snapshot. No call allocates, apart from exceptions.
/// </para>
/// <para>
/// A block is copied from the ring into one buffer, and written from there. What does not fit into the buffer is written meanwhile,
/// except for the block's first page: its header names lengths and checksums that are known at the end only.
/// </para>
/// </remarks>
/// <typeparam name="TRules">The guards; <see cref="JournalRules"/> has all of them.</typeparam>
internal sealed class JournalWriter<TRules> : IBufferWriter<byte>
    where TRules : struct, IJournalRules
{
    private const int Page = JournalFormat.Alignment;

    private readonly IJournalFile _file;
    private readonly JournalHeader _header;
    private readonly uint _seed;
    private readonly int _maxRecord;
    private readonly JournalBuffer _buffer;
    private readonly JournalBuffer _firstPage;

    // Of the block that is being written.

    /// <summary>Where the buffer's first byte goes.</summary>
    private long _offset;
    private long _blockOffset;
    private long _end;
    private int _used;

    /// <summary>The body's checksum covers what is before this place of the buffer.</summary>
    private int _checked;
    private uint _bodyChecksum;
    private long _absentFirst;
    private long _absentCount;
    private bool _isFull;

    /// <summary>Makes a writer. It takes memory for the largest message, at least 1 MiB.</summary>
    /// <param name="file">The journal.</param>
    /// <param name="header">As it is in the file.</param>
    public JournalWriter(IJournalFile file, JournalHeader header)
    {
        _file = file;
        _header = header;
        _seed = JournalFormat.Seed(header.QueueId);
        _maxRecord = (int)(RecordHead.Size + JournalFormat.AlignRecord(header.MessageSize));
        // A largest message, the run of absent ones before it, and the page that is not whole yet.
        _buffer = new JournalBuffer(Math.Max(JournalFormat.BlockBytes, _maxRecord) + RecordHead.Size + BlockHeader.Size + (2 * Page));
        _firstPage = new JournalBuffer(Page);
    }

    /// <summary>Fills a new file: the header, and zeros. When it returns, the device has given all the space that is ever used.</summary>
    /// <exception cref="IOException">There is no room, or the device fails.</exception>
    public static void Create(IJournalFile file, JournalHeader header)
    {
        if (header.Fault is { } fault) throw new ArgumentException($"No journal can have this header: {fault}.", nameof(header));
        JournalBuffer buffer = new(Math.Max(JournalFormat.BlockBytes, header.HeaderSize));
        header.Write(buffer.Span);
        file.Write(0, buffer.Span[..header.HeaderSize]);
        buffer.Span.Clear();
        for (long at = header.HeaderSize; at < header.FileLength; at += buffer.Length)
            file.Write(at, buffer.Span[..(int)Math.Min(buffer.Length, header.FileLength - at)]);
        file.Sync();
    }

    /// <summary>
    /// Writes what the source has beyond the last commit, and its side state, and returns when the device holds it. If there is no room
    /// left, or an earlier call did not come to its end, this is a snapshot.
    /// </summary>
    /// <returns>
    /// The journal holds everything below this position. It is less than the source's limit if there was more than
    /// <see cref="JournalFormat.BlockBytes"/>; then call again.
    /// </returns>
    /// <exception cref="IOException">The device failed. Nothing was committed; the next call tries a snapshot.</exception>
    public long Append<TSource>(ref JournalPosition position, ref TSource source)
        where TSource : IJournalSource, allows ref struct
    {
        if (TRules.TakesOver && Volatile.Read(ref position.Mark) != 0) return Rewrite(ref position, ref source);

        Volatile.Write(ref position.Mark, 1);
        TRules.At("commit: marked");
        // A copy: whoever may write to the ring may write to these words too, and must not lead a write to another place of the file.
        JournalPosition from = position;
        if (TRules.TakesOver && TRules.AlignsBlocks && !from.CanContinue(_header)) return Rewrite(ref position, ref source);
        BlockHeader block = new()
        {
            Generation = from.Generation,
            Sequence = from.NextSequence,
            Offset = from.NextOffset,
            First = from.Limit,
            Committed = from.Limit,
            Previous = (uint)from.Previous,
        };
        if (!TryWrite(ref block, ref source, _header.HalfOffset(from.Half) + _header.HalfSize))
            return Rewrite(ref position, ref source);

        TRules.At("commit: written");
        if (TRules.SyncsCommits) Sync();
        TRules.At("commit: synced");
        position.NextOffset = Aligned(block.End);
        TRules.At("commit: offset stored");
        position.NextSequence = block.Sequence + 1;
        position.Previous = block.Checksum;
        TRules.At("commit: chain stored");
        Volatile.Write(ref position.Limit, block.Limit);
        TRules.At("commit: limit stored");
        position.Check = position.CheckOf();
        Volatile.Write(ref position.Mark, 0);
        return block.Limit;
    }

    /// <summary>
    /// Writes a snapshot of everything that is still wanted as a generation of its own, into the half that does not hold the newest
    /// complete one, and returns when the device holds it.
    /// </summary>
    /// <returns>The journal holds everything below this position: the source's limit.</returns>
    /// <exception cref="IOException">The device failed. Nothing was committed; the next call tries again.</exception>
    public long Rewrite<TSource>(ref JournalPosition position, ref TSource source)
        where TSource : IJournalSource, allows ref struct
    {
        JournalPosition from = position;
        if (!from.IsPossible)
            throw new InvalidDataException($"The journal's position in memory is not one that a writer leaves: newest {from.Newest}, "
                + $"tried {from.Tried}, limit {from.Limit}.");
        Volatile.Write(ref position.Mark, 1);
        TRules.At("snapshot: marked");
        long generation = TRules.RaisesGenerations ? from.Tried + 1 : Math.Max(from.Generation, 1);
        Volatile.Write(ref position.Tried, Math.Max(from.Tried, generation));
        TRules.At("snapshot: generation stored");
        int half = TRules.SparesNewest || from.Generation == 0 ? 1 - from.Half : from.Half;
        BlockHeader block = new()
        {
            Generation = generation,
            Offset = _header.HalfOffset(half),
            Committed = from.Limit,
            Flags = BlockHeader.SnapshotFlag,
        };
        if (!TryWrite(ref block, ref source, block.Offset + _header.HalfSize))
            throw new InvalidOperationException($"A snapshot of the queue takes more than {_header.HalfSize} bytes, for which its journal "
                + $"was made: it holds more than {_header.Capacity} messages, or its side state is longer than {_header.MaxSideBytes}.");

        TRules.At("snapshot: written");
        if (TRules.SyncsSnapshots) Sync();
        TRules.At("snapshot: synced");
        Volatile.Write(ref position.Newest, JournalPosition.Pack(generation, half));
        TRules.At("snapshot: newest stored");
        position.NextOffset = Aligned(block.End);
        TRules.At("snapshot: offset stored");
        position.NextSequence = 1;
        position.Previous = block.Checksum;
        TRules.At("snapshot: chain stored");
        Volatile.Write(ref position.Limit, block.Limit);
        TRules.At("snapshot: limit stored");
        position.Check = position.CheckOf();
        Volatile.Write(ref position.Mark, 0);
        return block.Limit;
    }

    private static long Aligned(long offset) => TRules.AlignsBlocks ? JournalFormat.Align(offset) : JournalFormat.AlignRecord(offset);

    private void Sync()
    {
        try
        {
            _file.Sync();
        }
        catch (IOException) when (!TRules.DoubtsFailedSyncs)
        {
            _file.Sync();
        }
    }

    /// <summary>Writes a block. False if the half has no room for it; then no header was written.</summary>
    private bool TryWrite<TSource>(ref BlockHeader block, ref TSource source, long end)
        where TSource : IJournalSource, allows ref struct
    {
        // In this order: after the completion there is no later limit, and a head that is read first is below it.
        bool isCompleted = source.IsCompleted;
        long head = source.Head;
        long limit = source.Limit;
        block.FirstRecord = Math.Min(block.IsSnapshot ? head : Math.Max(block.First, head), limit);
        if (block.IsSnapshot) block.First = block.FirstRecord;

        Begin(block.Offset, end);
        block.Limit = WriteRecords(block, limit, ref source);
        block.RecordBytes = _offset + _used - block.RecordsOffset;
        if (!_isFull) source.WriteSideState(this);
        // Again, and after the side state: what was finished meanwhile may have left the side state because head has passed it. With the
        // head from before, it would be in neither, and would come again.
        block.Head = Math.Min(source.Head, block.Limit);
        block.SideBytes = _offset + _used - block.SideOffset;
        if (_isFull || Aligned(block.End) > end) return false;

        block.Magic = JournalFormat.BlockMagic;
        if (isCompleted && block.Limit == limit) block.Flags |= BlockHeader.CompletedFlag;
        Finish(ref block);
        return true;
    }

    private void Begin(long offset, long end)
    {
        _offset = _blockOffset = offset;
        _end = end;
        _used = _checked = BlockHeader.Size;
        _bodyChecksum = _seed;
        _absentCount = 0;
        _isFull = false;
    }

    /// <summary>Writes a record for each position up to the limit, or up to one below it where a commit is cut. Returns the end.</summary>
    private long WriteRecords<TSource>(in BlockHeader block, long limit, ref TSource source)
        where TSource : IJournalSource, allows ref struct
    {
        uint seed = JournalFormat.Seed(_seed, block.Generation);
        long cut = block.IsSnapshot ? long.MaxValue : block.RecordsOffset + JournalFormat.BlockBytes;
        long position = block.FirstRecord;
        for (; position < limit && !_isFull && _offset + _used < cut; position++)
        {
            Reserve(_maxRecord + RecordHead.Size);
            int at = _used + (_absentCount > 0 ? RecordHead.Size : 0);
            Span<byte> message = _buffer.Span.Slice(at + RecordHead.Size, _maxRecord - RecordHead.Size);
            if (!source.TryCopy(position, message[.._header.MessageSize], out int length))
            {
                AddAbsent(position, seed);
                continue;
            }

            WriteAbsent(seed);
            int padded = (int)JournalFormat.AlignRecord(length);
            message[length..padded].Clear();
            RecordHead head = RecordHead.Of(position, (uint)length, Crc32C.Append(Crc32C.Empty, message[..length]), seed);
            MemoryMarshal.Write(_buffer.Span[at..], in head);
            Use(RecordHead.Size + padded);
        }

        Reserve(RecordHead.Size);
        WriteAbsent(seed);
        return position;
    }

    private void AddAbsent(long position, uint seed)
    {
        if (_absentCount == uint.MaxValue) WriteAbsent(seed);
        if (_absentCount++ == 0) _absentFirst = position;
    }

    /// <summary>Writes the run of positions without a message, if there is one. Precondition: there is room in the buffer.</summary>
    private void WriteAbsent(uint seed)
    {
        if (_absentCount == 0) return;
        RecordHead head = RecordHead.Of(_absentFirst, JournalFormat.Absent, (uint)_absentCount, seed);
        MemoryMarshal.Write(_buffer.Span[_used..], in head);
        _absentCount = 0;
        Use(RecordHead.Size);
    }

    private void Use(int bytes)
    {
        _used += bytes;
        if (_offset + _used > _end) _isFull = true;
    }

    /// <summary>Makes room in the buffer: what is before the last whole page is written.</summary>
    private void Reserve(int bytes)
    {
        if (bytes <= _buffer.Length - _used) return;
        if (bytes > _buffer.Length - Page)
            throw new ArgumentOutOfRangeException(nameof(bytes), bytes, "The side state is to be written in smaller parts.");
        int whole = _used & -Page;
        Check(whole);
        bool isFirst = _offset == _blockOffset;
        if (isFirst) _buffer.Span[..Page].CopyTo(_firstPage.Span);
        int from = isFirst ? Page : 0;
        if (!_isFull && whole > from) _file.Write(_offset + from, _buffer.Span[from..whole]);
        _buffer.Span[whole.._used].CopyTo(_buffer.Span);
        _offset += whole;
        _used -= whole;
        _checked = 0;
        TRules.At("block: part written");
    }

    /// <summary>Takes what is before a place of the buffer into the body's checksum.</summary>
    private void Check(int end)
    {
        _bodyChecksum = Crc32C.Append(_bodyChecksum, _buffer.Span[_checked..end]);
        _checked = end;
    }

    private void Finish(ref BlockHeader block)
    {
        Check(_used);
        block.BodyChecksum = _bodyChecksum;
        block.Checksum = BlockHeader.ChecksumOf(block, _seed);
        int whole = (int)(Aligned(block.End) - _offset);
        _buffer.Span[_used..whole].Clear();
        if (_offset == _blockOffset)
        {
            MemoryMarshal.Write(_buffer.Span, in block);
            _file.Write(_offset, _buffer.Span[..whole]);
            return;
        }

        if (whole > 0) _file.Write(_offset, _buffer.Span[..whole]);
        TRules.At("block: body written");
        MemoryMarshal.Write(_firstPage.Span, in block);
        _file.Write(_blockOffset, _firstPage.Span);
    }

    void IBufferWriter<byte>.Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _buffer.Length - _used);
        Use(count);
    }

    Memory<byte> IBufferWriter<byte>.GetMemory(int sizeHint)
    {
        Reserve(Math.Max(sizeHint, 256));
        return _buffer.Memory[_used..];
    }

    Span<byte> IBufferWriter<byte>.GetSpan(int sizeHint)
    {
        Reserve(Math.Max(sizeHint, 256));
        return _buffer.Span[_used..];
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace TypedShmQueue.Journal;

/// <summary>The numbers of a journal's format. docs/journal.md is their authority, tests hold them.</summary>
internal static class JournalFormat
{
    /// <summary>The first eight bytes of a journal: "TSHMJ" and a line end that careless text conversion would change.</summary>
    public const ulong Magic = 0x0A1A0A_4A4D485354;

    /// <summary>The first eight bytes of a block: "TSHMB" and that line end.</summary>
    public const ulong BlockMagic = 0x0A1A0A_424D485354;

    /// <summary>Another version is another format; it is refused, not guessed at.</summary>
    public const uint Version = 1;

    /// <summary>Blocks and halves begin at multiples of this. No device writes in larger units.</summary>
    public const int Alignment = 4096;

    /// <summary>The schema text begins here in the journal's header.</summary>
    public const int SchemaOffset = 256;

    /// <summary>In <see cref="RecordHead.Length"/>: there is no message.</summary>
    public const uint Absent = 0xFFFFFFFF;

    /// <summary>
    /// A commit of more is cut into several blocks, each with its own sync. Those who wait for its beginning need not wait for its end.
    /// </summary>
    public const int BlockBytes = 1 << 20;

    public const int MaxMessageBytes = 1 << 30;
    public const int MaxSchemaLength = 1 << 20;
    public const int MaxCapacity = 1 << 30;

    /// <summary>The longest side state.</summary>
    public const long MaxSideBytes = 1 << 30;

    public static long Align(long bytes) => (bytes + Alignment - 1) & -Alignment;

    /// <summary>Records are made of units of 8 bytes.</summary>
    public static long AlignRecord(long bytes) => (bytes + 7) & -8;

    /// <summary>What the checksums of blocks begin with, so that a block of another journal is never taken for one of this.</summary>
    public static uint Seed(Guid queueId)
    {
        Span<byte> bytes = stackalloc byte[16];
        queueId.TryWriteBytes(bytes);
        return Crc32C.Append(Crc32C.Empty, bytes);
    }

    /// <summary>What the checksums of records begin with, so that a record of another generation is never taken for one of this.</summary>
    public static uint Seed(uint seed, long generation) =>
        Crc32C.Append(seed, MemoryMarshal.AsBytes(new ReadOnlySpan<long>(in generation)));
}

/// <summary>What a block begins with. Its body follows: records, then the side state.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct BlockHeader
{
    public const int Size = 104;
    public const uint SnapshotFlag = 1, CompletedFlag = 2;

    /// <summary>The checksum covers what comes after it.</summary>
    public const int CheckedFrom = 12;

    [FieldOffset(0)] public ulong Magic;
    [FieldOffset(8)] public uint Checksum;
    [FieldOffset(12)] public uint BodyChecksum;
    [FieldOffset(16)] public long Generation;

    /// <summary>0 is the snapshot, 1 the first commit behind it.</summary>
    [FieldOffset(24)] public long Sequence;

    /// <summary>Where this block is in the file: a copy elsewhere is no block.</summary>
    [FieldOffset(32)] public long Offset;
    [FieldOffset(40)] public long RecordBytes;
    [FieldOffset(48)] public long SideBytes;

    /// <summary>The oldest position that is still wanted, as it was after the side state was written.</summary>
    [FieldOffset(56)] public long Head;

    /// <summary>The limit of the block before; in a snapshot, the first position that has a record.</summary>
    [FieldOffset(64)] public long First;

    /// <summary>The journal has everything before this position.</summary>
    [FieldOffset(72)] public long Limit;

    /// <summary>What the journal was known to hold before this block was written: a lower bound.</summary>
    [FieldOffset(80)] public long Committed;

    /// <summary>The checksum of the block before; 0 in a snapshot.</summary>
    [FieldOffset(88)] public uint Previous;
    [FieldOffset(92)] public uint Flags;

    /// <summary>The first position that has a record: what is before was not wanted any more when the block was begun.</summary>
    [FieldOffset(96)] public long FirstRecord;

    public readonly bool IsSnapshot => (Flags & SnapshotFlag) != 0;

    public readonly bool IsCompleted => (Flags & CompletedFlag) != 0;

    public readonly long RecordsOffset => Offset + Size;

    public readonly long SideOffset => Offset + Size + RecordBytes;

    /// <summary>Where the body ends; the next block begins at the next multiple of the alignment.</summary>
    public readonly long End => Offset + Size + RecordBytes + SideBytes;

    /// <summary>The header's checksum, as it must be.</summary>
    public static uint ChecksumOf(in BlockHeader header, uint seed) => Crc32C.Append(seed,
        MemoryMarshal.AsBytes(new ReadOnlySpan<BlockHeader>(in header))[CheckedFrom..]);

    /// <summary>Reads a header. False if there is none of this journal at this place.</summary>
    /// <param name="bytes">At least <see cref="Size"/> bytes.</param>
    /// <param name="seed">Of the journal.</param>
    /// <param name="offset">Where they were read.</param>
    /// <param name="end">Where the half ends.</param>
    /// <param name="header">The header.</param>
    /// <param name="checks">Whether the checksum counts; it does.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, uint seed, long offset, long end, out BlockHeader header, bool checks = true)
    {
        header = MemoryMarshal.Read<BlockHeader>(bytes);
        if (header.Magic != JournalFormat.BlockMagic || (checks && header.Checksum != ChecksumOf(header, seed))) return false;
        long room = end - offset - Size;
        return header.Offset == offset && header.Generation is > 0 and < long.MaxValue / 4 && header.Sequence >= 0
            && header.IsSnapshot == (header.Sequence == 0) && header.Flags <= (SnapshotFlag | CompletedFlag)
            && header.RecordBytes >= 0 && header.RecordBytes <= room && (header.RecordBytes & 7) == 0
            && header.SideBytes is >= 0 and <= JournalFormat.MaxSideBytes && header.SideBytes <= room - header.RecordBytes
            && header.First >= 0 && header.First <= header.Limit && header.Head >= 0 && header.Head <= header.Limit
            && header.Committed >= 0 && header.Committed <= header.Limit
            && header.FirstRecord >= header.First && header.FirstRecord <= header.Limit
            && (header.FirstRecord == header.First || (!header.IsSnapshot && header.FirstRecord <= header.Head));
    }
}

/// <summary>What a record begins with. The message's bytes follow, then zeros up to a multiple of 8.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct RecordHead
{
    public const int Size = 16;

    /// <summary>The message's bytes, or <see cref="JournalFormat.Absent"/>.</summary>
    [FieldOffset(0)] public uint Length;

    /// <summary>The message's checksum; or how many positions, from this one on, hold no message.</summary>
    [FieldOffset(4)] public uint Content;

    /// <summary>The lower half of the position.</summary>
    [FieldOffset(8)] public uint Position;

    /// <summary>The checksum of the words above.</summary>
    [FieldOffset(12)] public uint Checksum;

    public readonly bool IsAbsent => Length == JournalFormat.Absent;

    /// <summary>The bytes of the record in the journal.</summary>
    public readonly long Bytes => IsAbsent ? Size : Size + JournalFormat.AlignRecord(Length);

    /// <summary>How many positions it is of.</summary>
    public readonly uint Count => IsAbsent ? Content : 1;

    public static RecordHead Of(long position, uint length, uint content, uint seed)
    {
        RecordHead head = new() { Length = length, Content = content, Position = (uint)position };
        head.Checksum = ChecksumOf(head, seed);
        return head;
    }

    /// <summary>Reads a record's head. False if its checksum is wrong, or the record does not fit.</summary>
    /// <param name="bytes">At least <see cref="Size"/> bytes.</param>
    /// <param name="seed">Of the generation.</param>
    /// <param name="room">The bytes up to the end of the records.</param>
    /// <param name="maxMessage">The bytes of the largest message.</param>
    /// <param name="head">The head.</param>
    /// <param name="checks">Whether the checksum counts; it does.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, uint seed, long room, int maxMessage, out RecordHead head, bool checks = true)
    {
        head = MemoryMarshal.Read<RecordHead>(bytes);
        return (!checks || head.Checksum == ChecksumOf(head, seed)) && (head.IsAbsent ? head.Content > 0 : head.Length <= maxMessage)
            && head.Bytes <= room;
    }

    private static uint ChecksumOf(in RecordHead head, uint seed) =>
        Crc32C.Append(seed, MemoryMarshal.AsBytes(new ReadOnlySpan<RecordHead>(in head))[..12]);
}

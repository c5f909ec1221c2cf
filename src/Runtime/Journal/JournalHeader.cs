using System.Buffers.Binary;
using System.Globalization;
using TypedShmQueue.Errors;

namespace TypedShmQueue.Journal;

/// <summary>The facts that a journal begins with. They never change, and they are enough to make the queue again.</summary>
internal sealed record JournalHeader
{
    private const int ChecksumOffset = 12;

    /// <summary>Random: what tells this queue's blocks from those of any other, also from those of an earlier queue of its name.</summary>
    public required Guid QueueId { get; init; }

    /// <summary>The bytes of each half; see <see cref="HalfSizeFor"/>.</summary>
    public required long HalfSize { get; init; }

    /// <summary>The schema's text, UTF-8.</summary>
    public required ReadOnlyMemory<byte> Schema { get; init; }

    public ulong SchemaId { get; init; }

    /// <summary>The bits of the queue's protocol.</summary>
    public uint Roles { get; init; }

    /// <summary>The bytes of the largest message, which for a plain message are all its bytes.</summary>
    public required int MessageSize { get; init; }

    public required int Capacity { get; init; }

    public int MaxParticipants { get; init; }

    public int MaxSubscriptions { get; init; }

    public int MaxGroups { get; init; }

    public int MaxLeases { get; init; }

    /// <summary>The file permissions of the queue.</summary>
    public UnixFileMode Permissions { get; init; }

    public long RetentionMilliseconds { get; init; }

    public long CreatedUnixMilliseconds { get; init; }

    /// <summary>The bytes of the longest side state.</summary>
    public required long MaxSideBytes { get; init; }

    /// <summary>The bytes of the header: the first half begins there.</summary>
    public int HeaderSize => (int)JournalFormat.Align(JournalFormat.SchemaOffset + Schema.Length);

    public long FileLength => HeaderSize + (2 * HalfSize);

    public long HalfOffset(int half) => HeaderSize + (half * HalfSize);

    /// <summary>The bytes of a snapshot of a full queue.</summary>
    public static long SnapshotSizeFor(int capacity, int messageSize, long maxSideBytes) => JournalFormat.Align(checked(
        BlockHeader.Size + RecordHead.Size + (capacity * (RecordHead.Size + JournalFormat.AlignRecord(messageSize))) + maxSideBytes));

    /// <summary>
    /// How large a half must be: a whole snapshot, and as much again for commits, but at least 1 MiB. So what snapshots write is at most
    /// what commits wrote, and a small queue does not write one at every commit.
    /// </summary>
    public static long HalfSizeFor(int capacity, int messageSize, long maxSideBytes)
    {
        long snapshot = SnapshotSizeFor(capacity, messageSize, maxSideBytes);
        return checked(snapshot + Math.Max(snapshot, JournalFormat.BlockBytes));
    }

    /// <summary>Writes the header's bytes, <see cref="HeaderSize"/> in all.</summary>
    public void Write(Span<byte> into)
    {
        into = into[..HeaderSize];
        into.Clear();
        BinaryPrimitives.WriteUInt64LittleEndian(into, JournalFormat.Magic);
        BinaryPrimitives.WriteUInt32LittleEndian(into[8..], JournalFormat.Version);
        QueueId.TryWriteBytes(into[16..]);
        BinaryPrimitives.WriteInt64LittleEndian(into[32..], HalfSize);
        BinaryPrimitives.WriteUInt32LittleEndian(into[40..], (uint)HeaderSize);
        BinaryPrimitives.WriteUInt32LittleEndian(into[44..], (uint)Schema.Length);
        BinaryPrimitives.WriteUInt64LittleEndian(into[48..], SchemaId);
        BinaryPrimitives.WriteUInt32LittleEndian(into[56..], Roles);
        BinaryPrimitives.WriteInt32LittleEndian(into[60..], MessageSize);
        BinaryPrimitives.WriteInt32LittleEndian(into[64..], Capacity);
        BinaryPrimitives.WriteInt32LittleEndian(into[68..], MaxParticipants);
        BinaryPrimitives.WriteInt32LittleEndian(into[72..], MaxSubscriptions);
        BinaryPrimitives.WriteInt32LittleEndian(into[76..], MaxGroups);
        BinaryPrimitives.WriteInt32LittleEndian(into[80..], MaxLeases);
        BinaryPrimitives.WriteInt32LittleEndian(into[84..], (int)Permissions);
        BinaryPrimitives.WriteInt64LittleEndian(into[88..], RetentionMilliseconds);
        BinaryPrimitives.WriteInt64LittleEndian(into[96..], CreatedUnixMilliseconds);
        BinaryPrimitives.WriteInt64LittleEndian(into[104..], MaxSideBytes);
        Schema.Span.CopyTo(into[JournalFormat.SchemaOffset..]);
        BinaryPrimitives.WriteUInt32LittleEndian(into[ChecksumOffset..], ChecksumOf(into));
    }

    /// <summary>How long the whole header is, by its first bytes. They are not believed for more than that.</summary>
    /// <param name="beginning">The first <see cref="JournalFormat.Alignment"/> bytes of the file, or all it has.</param>
    /// <param name="queueName">For messages.</param>
    /// <exception cref="ShmQueueCorruptException">It is no journal, or one of another version.</exception>
    public static int SizeOf(ReadOnlySpan<byte> beginning, string queueName)
    {
        if (beginning.Length < JournalFormat.Alignment || BinaryPrimitives.ReadUInt64LittleEndian(beginning) != JournalFormat.Magic)
            throw Corrupt(queueName, "it does not begin with a journal's mark, so it is another kind of file, or its beginning was "
                + "overwritten. It was not changed. Choose another name, or remove the file if nobody needs it");
        uint version = BinaryPrimitives.ReadUInt32LittleEndian(beginning[8..]);
        if (version != JournalFormat.Version)
            throw Corrupt(queueName, $"its format has version {version}, but this library supports version {JournalFormat.Version}. "
                + "Use the version of the library that wrote it");
        uint size = BinaryPrimitives.ReadUInt32LittleEndian(beginning[40..]);
        const int Longest = JournalFormat.SchemaOffset + JournalFormat.MaxSchemaLength + JournalFormat.Alignment;
        return size is >= JournalFormat.Alignment and <= Longest && size % JournalFormat.Alignment == 0
            ? (int)size
            : throw Corrupt(queueName, $"its header says that the header is {Counted.Bytes(size)} long, which no journal says: it is "
                + "corrupt");
    }

    /// <summary>Reads a header, with suspicion.</summary>
    /// <param name="bytes">The whole header.</param>
    /// <param name="fileLength">The file's length.</param>
    /// <param name="queueName">For messages.</param>
    /// <exception cref="ShmQueueCorruptException">It is no journal, or is corrupt, or the file has another length.</exception>
    public static JournalHeader Read(ReadOnlySpan<byte> bytes, long fileLength, string queueName)
    {
        int size = SizeOf(bytes, queueName);
        if (bytes.Length < size)
            throw Corrupt(queueName, $"it is {Counted.Bytes(fileLength)} long, but its header takes {size}: it was truncated");
        bytes = bytes[..size];
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksumOffset..]) != ChecksumOf(bytes))
            throw Corrupt(queueName, "the checksum of its header is wrong: the device has changed what was written. The header says what "
                + "the messages are, so no message can be read. Restore the file from a backup, or delete the queue");

        uint schemaLength = BinaryPrimitives.ReadUInt32LittleEndian(bytes[44..]);
        if (schemaLength > JournalFormat.MaxSchemaLength || JournalFormat.Align(JournalFormat.SchemaOffset + schemaLength) != size)
            throw Corrupt(queueName, $"its schema takes {Counted.Bytes(schemaLength)} of a header of {size}, which do not go together");
        JournalHeader header = new()
        {
            QueueId = new Guid(bytes.Slice(16, 16)),
            HalfSize = BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]),
            SchemaId = BinaryPrimitives.ReadUInt64LittleEndian(bytes[48..]),
            Roles = BinaryPrimitives.ReadUInt32LittleEndian(bytes[56..]),
            MessageSize = BinaryPrimitives.ReadInt32LittleEndian(bytes[60..]),
            Capacity = BinaryPrimitives.ReadInt32LittleEndian(bytes[64..]),
            MaxParticipants = BinaryPrimitives.ReadInt32LittleEndian(bytes[68..]),
            MaxSubscriptions = BinaryPrimitives.ReadInt32LittleEndian(bytes[72..]),
            MaxGroups = BinaryPrimitives.ReadInt32LittleEndian(bytes[76..]),
            MaxLeases = BinaryPrimitives.ReadInt32LittleEndian(bytes[80..]),
            Permissions = (UnixFileMode)BinaryPrimitives.ReadInt32LittleEndian(bytes[84..]),
            RetentionMilliseconds = BinaryPrimitives.ReadInt64LittleEndian(bytes[88..]),
            CreatedUnixMilliseconds = BinaryPrimitives.ReadInt64LittleEndian(bytes[96..]),
            MaxSideBytes = BinaryPrimitives.ReadInt64LittleEndian(bytes[104..]),
            Schema = bytes.Slice(JournalFormat.SchemaOffset, (int)schemaLength).ToArray(),
        };
        if (header.Fault is { } fault) throw Corrupt(queueName, fault);
        if (fileLength != header.FileLength)
            throw Corrupt(queueName, $"it is {Counted.Bytes(fileLength)} long, but it must be {header.FileLength}: it was truncated or "
                + "extended. Restore the file from a backup, or delete the queue");
        return header;
    }

    /// <summary>What is wrong with the numbers, or null: they are in range, and no sum of them overflows.</summary>
    public string? Fault =>
        MessageSize is <= 0 or > JournalFormat.MaxMessageBytes
            ? $"its messages have {Number(MessageSize)} bytes, but a message has 1 to {JournalFormat.MaxMessageBytes}"
        : Capacity is <= 0 or > JournalFormat.MaxCapacity
            ? $"its capacity is {Number(Capacity)}, but a queue holds 1 to {JournalFormat.MaxCapacity} messages"
        : MaxSideBytes is < 0 or > JournalFormat.MaxSideBytes
            ? $"its side state has up to {Number(MaxSideBytes)} bytes, but there are 0 to {JournalFormat.MaxSideBytes}"
        : Schema.Length > JournalFormat.MaxSchemaLength
            ? $"its schema has {Number(Schema.Length)} bytes, but at most {JournalFormat.MaxSchemaLength} are allowed"
        : HalfSize % JournalFormat.Alignment != 0 || HalfSize > long.MaxValue / 4
            || HalfSize < SnapshotSizeFor(Capacity, MessageSize, MaxSideBytes)
            ? $"a half has {Number(HalfSize)} bytes, but it must be a multiple of {JournalFormat.Alignment} and hold "
                + $"{Number(SnapshotSizeFor(Capacity, MessageSize, MaxSideBytes))}"
        : null;

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>All bytes but those of the checksum itself.</summary>
    private static uint ChecksumOf(ReadOnlySpan<byte> header) => Crc32C.Append(Crc32C.Append(Crc32C.Empty, header[..ChecksumOffset]),
        header[(ChecksumOffset + sizeof(uint))..]);

    internal static ShmQueueCorruptException Corrupt(string queueName, string what) =>
        new(queueName, $"The journal of the queue '{queueName}' cannot be used: {what}.");
}

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TypedShmQueue.Errors;

namespace TypedShmQueue.Layout;

/// <summary>Writes a new segment's header, and reads an existing one's with suspicion.</summary>
internal static unsafe class SegmentFormat
{
    /// <summary>Fills a segment that nobody else can see yet. Its bytes are zero, and zero slots are valid.</summary>
    public static void Write(byte* address, SegmentGeometry geometry, in SegmentIdentity identity)
    {
        identity.Schema.CopyTo(new Span<byte>(address + geometry.SchemaOffset, geometry.SchemaLength));
        SegmentHeader* header = (SegmentHeader*)address;
        *header = new SegmentHeader
        {
            AbiVersion = Segment.AbiVersion,
            Roles = identity.Roles.Bits,
            SchemaId = identity.SchemaId,
            MessageSize = (uint)geometry.MessageSize,
            SlotStride = (uint)geometry.SlotStride,
            Capacity = (uint)geometry.Capacity,
            SchemaLength = (uint)geometry.SchemaLength,
            MaxParticipants = (uint)geometry.MaxParticipants,
            LaneCount = (uint)geometry.LaneCount,
            ParticipantsOffset = SegmentGeometry.ParticipantsOffset,
            LanesOffset = geometry.LanesOffset,
            SchemaOffset = geometry.SchemaOffset,
            SlotsOffset = geometry.SlotsOffset,
            FileSize = geometry.FileSize,
            CreatedUnixMilliseconds = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds(),
            CreatorProcessId = Environment.ProcessId,
            // The first position is the capacity, so that 0 is never one.
            Tail = geometry.Capacity,
            Head = geometry.Capacity,
            MaxSubscriptions = (uint)geometry.MaxSubscriptions,
            SubscriptionsOffset = geometry.SubscriptionsOffset,
            StampsOffset = geometry.StampsOffset,
            RetentionMilliseconds = geometry.RetentionMilliseconds,
            MaxGroups = (uint)geometry.MaxGroups,
            MaxLeases = (uint)geometry.MaxLeases,
            GroupsOffset = geometry.GroupsOffset,
            LeasesOffset = geometry.LeasesOffset,
            LedgersOffset = geometry.LedgersOffset,
            QueueId = NewQueueId(),
            Floor = geometry.MaxSubscriptions > 0 || geometry.MaxGroups > 0 ? FloorWord.Of(geometry.Capacity, 0).Word : 0,
        };
        if (identity.Roles.IsAcknowledged) BeginOnlyGroup(new GroupsView(address, geometry), geometry.Capacity);
        Volatile.Write(ref header->Magic, Segment.Magic);
    }

    /// <remarks>
    /// From a Guid's random bits, which come from the kernel, and not from the library for cryptography: a process that loads it for this
    /// alone waits longer than for all the rest of creating a queue.
    /// </remarks>
    private static ulong NewQueueId()
    {
        ulong id = 0;
        while (id == 0)
        {
            // The bits of a half that say what kind of Guid it is are random in the other one.
            Guid random = Guid.NewGuid();
            ulong* halves = (ulong*)&random;
            id = halves[0] ^ halves[1];
        }

        return id;
    }

    /// <summary>The group of a queue with acknowledged delivery begins with the queue.</summary>
    private static void BeginOnlyGroup(GroupsView groups, long first)
    {
        long before = LedgerWord.BeforeLap(groups.Lap(first)).Word;
        for (long position = first; position < 2 * first; position++) groups.Ledger(0, position) = before;
        ref GroupRecord group = ref groups.Records[0];
        group.Cursor = first;
        group.Next = first;
        group.CreatedUnixMilliseconds = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        group.State = SubscriptionState.Of(serial: 1, lossy: false, named: true).Word;
        groups.Used = 1;
    }

    /// <summary>Before a file is mapped: a header that is not there cannot be read.</summary>
    /// <exception cref="ShmQueueCorruptException">The file has no room for a header.</exception>
    public static void ThrowIfTooShort(long length, string queueName)
    {
        if (length < Segment.HeaderSize)
            throw Corrupt(queueName, $"it is {Counted.Bytes(length)} long, but a queue has at least {Segment.HeaderSize}. "
                + $"It is another kind of file, or it was truncated. Remove it, or choose another name");
    }

    /// <summary>Whether the mapped file is a queue that was marked deleted. Precondition: it is at least a header long.</summary>
    public static bool IsMarkedDeleted(byte* address)
    {
        SegmentHeader* header = (SegmentHeader*)address;
        return header->Magic == Segment.Magic && header->AbiVersion == Segment.AbiVersion && Volatile.Read(ref header->Deleted) != 0;
    }

    /// <summary>
    /// The geometry of an existing segment. Every number is read once, checked, and compared with what it must be.
    /// </summary>
    /// <param name="address">The mapping, at least a header long.</param>
    /// <param name="length">The mapping's length, which is the file's.</param>
    /// <param name="queueName">For messages.</param>
    /// <exception cref="ShmQueueCorruptException">It is not a queue, or is corrupt.</exception>
    public static SegmentGeometry Read(byte* address, long length, string queueName)
    {
        SegmentHeader header = Unsafe.ReadUnaligned<SegmentHeader>(address);
        if (header.Magic != Segment.Magic)
            throw Corrupt(queueName, "it does not begin with a queue's mark, so it is another kind of file. "
                + "Choose another name, or remove the file");
        if (header.AbiVersion != Segment.AbiVersion)
            throw Corrupt(queueName, $"its format has version {header.AbiVersion}, but this library supports version {Segment.AbiVersion}. "
                + $"Use the same version of the library in all processes, or delete the queue and create it again");

        SegmentGeometry geometry = new((int)header.Capacity, (int)header.MessageSize, (int)header.MaxParticipants, (int)header.SchemaLength)
        {
            MaxSubscriptions = (int)header.MaxSubscriptions,
            RetentionMilliseconds = header.RetentionMilliseconds,
            MaxGroups = (int)header.MaxGroups,
            MaxLeases = (int)header.MaxLeases,
        };
        Expect(geometry.IsSane, queueName,
            "capacity, message size, participants, schema length, subscriptions, retention, groups or leases",
            $"{header.Capacity}, {header.MessageSize}, {header.MaxParticipants}, {header.SchemaLength}, {header.MaxSubscriptions}, "
            + $"{header.RetentionMilliseconds}, {header.MaxGroups}, {header.MaxLeases}", "numbers in range");
        RoleFlags roles = new(header.Roles);
        Expect(geometry.MaxSubscriptions > 0 == roles.IsBroadcast, queueName, "subscriptions",
            $"{header.MaxSubscriptions}", "at least one in a broadcast queue, and none in any other queue");
        Expect(roles.IsAcknowledged ? geometry.MaxGroups == 1 : geometry.MaxGroups == 0 || roles.IsBroadcast, queueName, "groups",
            $"{header.MaxGroups}", "one with acknowledged delivery, and none unless messages go to every subscriber");
        Expect(header.SlotStride, geometry.SlotStride, queueName, "slot stride");
        Expect(header.LaneCount, geometry.LaneCount, queueName, "lane count");
        Expect(header.ParticipantsOffset, SegmentGeometry.ParticipantsOffset, queueName, "offset of the participants");
        Expect(header.LanesOffset, geometry.LanesOffset, queueName, "offset of the lanes");
        Expect(header.SchemaOffset, geometry.SchemaOffset, queueName, "offset of the schema");
        Expect(header.SlotsOffset, geometry.SlotsOffset, queueName, "offset of the slots");
        Expect(header.SubscriptionsOffset, geometry.SubscriptionsOffset, queueName, "offset of the subscriptions");
        Expect(header.StampsOffset, geometry.StampsOffset, queueName, "offset of the stamps");
        Expect(header.GroupsOffset, geometry.GroupsOffset, queueName, "offset of the groups");
        Expect(header.LeasesOffset, geometry.LeasesOffset, queueName, "offset of the leases");
        Expect(header.LedgersOffset, geometry.LedgersOffset, queueName, "offset of the ledgers");
        Expect(header.FileSize, geometry.FileSize, queueName, "file size");
        if (length != geometry.FileSize)
            throw Corrupt(queueName, $"it is {Counted.Bytes(length)} long, but it must be {geometry.FileSize}: "
                + $"it was truncated or extended. Delete the queue and create it again");

        ulong hash = SchemaHash.Of(new ReadOnlySpan<byte>(address + geometry.SchemaOffset, geometry.SchemaLength));
        Expect(header.SchemaId == hash, queueName, "schema id", $"0x{header.SchemaId:x16}", $"0x{hash:x16}, the hash of its schema text");
        return geometry;
    }

    /// <summary>Compares an existing segment with what a queue type expects.</summary>
    /// <exception cref="ShmQueueSchemaMismatchException">They differ; the message says in what.</exception>
    public static void Match(byte* address, SegmentGeometry geometry, in SegmentIdentity expected, string queueName)
    {
        SegmentHeader* header = (SegmentHeader*)address;
        ReadOnlySpan<byte> stored = new(address + geometry.SchemaOffset, geometry.SchemaLength);
        Match(header->SchemaId, new RoleFlags(header->Roles), stored, geometry, expected, queueName);
    }

    /// <inheritdoc cref="Match(byte*, SegmentGeometry, in SegmentIdentity, string)"/>
    public static void Match(ulong schemaId, RoleFlags actual, ReadOnlySpan<byte> stored, SegmentGeometry geometry,
        in SegmentIdentity expected, string queueName)
    {
        if (schemaId != expected.SchemaId || geometry.MessageSize != expected.MessageSize)
        {
            throw new ShmQueueSchemaMismatchException(queueName, SchemaDifference.Describe(queueName, stored, expected.Schema));
        }

        if (actual != expected.Roles)
            throw new ShmQueueSchemaMismatchException(queueName,
                $"The queue '{queueName}' was created with {actual}, but this queue type declares {expected.Roles}. "
                    + $"Declare the same in the [ShmQueue] attribute of all programs, or use another name.");
    }

    private static void Expect(long actual, long expected, string queueName, string what) =>
        Expect(actual == expected, queueName, what, $"{actual}", $"{expected}");

    private static void Expect(bool holds, string queueName, string what, string actual, string expected)
    {
        if (!holds)
            throw Corrupt(queueName, $"its header says {actual} for {what}, but it must be {expected}. "
                + $"Delete the queue and create it again");
    }

    private static ShmQueueCorruptException Corrupt(string queueName, string why) =>
        new(queueName, $"The file of the queue '{queueName}' cannot be used: {why}.");
}

using System.Runtime.InteropServices;

namespace TypedShmQueue.Layout;

/// <summary>The numbers of the segment's format. They are an ABI: docs/memory-layout.md is their authority, tests hold them.</summary>
internal static class Segment
{
    /// <summary>The first eight bytes of a queue's file: "TSHMQ" and a line end that careless text conversion would spoil.</summary>
    public const ulong Magic = QueueMark.Magic;

    /// <summary>Another version is another format; it is refused, not guessed at.</summary>
    public const uint AbiVersion = 1;

    /// <summary>
    /// Words that different cores write stand this far apart: two 64-byte lines, since x64 fetches lines in pairs and some arm64
    /// cores have 128-byte lines.
    /// </summary>
    public const int LinePair = 128;

    public const int HeaderSize = 4096;
    public const int PageSize = 4096;
    public const int MinCapacity = 2;
    public const int MaxCapacity = 1 << 30;
    public const int MaxParticipants = 4096;
    public const int LanesPerParticipant = 8;
    public const int MaxSchemaLength = ShmSchema.MaxBytes;
    public const int MaxSubscriptions = 4096;
    public const int MaxGroups = 64;
    public const int MaxLeases = 1 << 16;

    /// <summary>Set in <see cref="SegmentHeader.Tail"/> once the queue is completed; no claim succeeds from then on.</summary>
    public const long CompletedBit = long.MinValue;

    // Byte-range locks on the file. They need not lie inside it.

    /// <summary>Held while a name is taken away, so that two who remove a queue never remove its successor.</summary>
    public const long NameLock = 0;

    /// <summary>Participant i holds byte <c>FirstParticipantLock + i</c> as long as its handle lives.</summary>
    public const long FirstParticipantLock = 1;

    /// <summary>Held while a subscription's entry is found, taken or removed, so that a name has one entry.</summary>
    public const long SubscribingLock = FirstParticipantLock + MaxParticipants;

    /// <summary>Held by who writes the journal of a durable queue.</summary>
    public const long CommitLock = SubscribingLock + 1;

    /// <summary>Bytes of the path of a durable queue's journal, with the zero at its end.</summary>
    public const int JournalPathSize = 1024;
}

/// <summary>What the segment's first page holds: facts that never change, then hot words each on a line pair of its own.</summary>
[StructLayout(LayoutKind.Explicit, Size = Segment.HeaderSize)]
internal unsafe struct SegmentHeader
{
    // Cold: written once, before the file has a name.
    [FieldOffset(0)] public ulong Magic;
    [FieldOffset(8)] public uint AbiVersion;
    [FieldOffset(12)] public uint Roles;
    [FieldOffset(16)] public ulong SchemaId;
    [FieldOffset(24)] public uint MessageSize;
    [FieldOffset(28)] public uint SlotStride;
    [FieldOffset(32)] public uint Capacity;
    [FieldOffset(36)] public uint SchemaLength;
    [FieldOffset(40)] public uint MaxParticipants;
    [FieldOffset(44)] public uint LaneCount;
    [FieldOffset(48)] public long ParticipantsOffset;
    [FieldOffset(56)] public long LanesOffset;
    [FieldOffset(64)] public long SchemaOffset;
    [FieldOffset(72)] public long SlotsOffset;
    [FieldOffset(80)] public long FileSize;
    [FieldOffset(88)] public long CreatedUnixMilliseconds;
    [FieldOffset(96)] public int CreatorProcessId;
    [FieldOffset(100)] public uint MaxSubscriptions;
    [FieldOffset(104)] public long SubscriptionsOffset;
    [FieldOffset(112)] public long StampsOffset;
    [FieldOffset(120)] public long RetentionMilliseconds;
    [FieldOffset(128)] public uint MaxGroups;
    [FieldOffset(132)] public uint MaxLeases;
    [FieldOffset(136)] public long GroupsOffset;
    [FieldOffset(144)] public long LeasesOffset;
    [FieldOffset(152)] public long LedgersOffset;

    /// <summary>Random, never 0: tells this queue from every other one, an earlier or later one of its name included.</summary>
    [FieldOffset(160)] public ulong QueueId;

    /// <summary>The id in the journal of a durable queue, whose ring this is; zero in any other queue.</summary>
    [FieldOffset(176)] public Guid JournalId;

    /// <summary>Which file that journal is: a copy of it is another journal.</summary>
    [FieldOffset(192)] public ulong JournalDevice;
    [FieldOffset(200)] public ulong JournalInode;

    // Hot.
    [FieldOffset(512)] public long Tail;
    [FieldOffset(640)] public long Head;

    /// <summary>Broadcast: see <see cref="FloorWord"/>. Beside head, with which it moves.</summary>
    [FieldOffset(648)] public long Floor;
    [FieldOffset(768)] public long NotEmptyGate;
    [FieldOffset(896)] public long NotFullGate;

    // Rarely written.

    /// <summary>Not 0 once the queue is deleted: the process that deleted it, as it saw its own id.</summary>
    [FieldOffset(1024)] public long Deleted;
    [FieldOffset(1032)] public long ProducerRole;
    [FieldOffset(1040)] public long ConsumerRole;

    /// <summary>Broadcast: how often a subscription was begun or taken up again, or a group begun.</summary>
    [FieldOffset(1048)] public long Joined;

    /// <summary>Broadcast: entries from this one on were never used.</summary>
    [FieldOffset(1056)] public long UsedSubscriptions;

    /// <summary>Broadcast: not 0 once a producer is about to displace; it stays so.</summary>
    [FieldOffset(1064)] public long Displaces;

    /// <summary>Broadcast: a <see cref="ClockWord"/>, set once after each start of the machine.</summary>
    [FieldOffset(1072)] public long Clock;

    /// <summary>Groups from this one on were never used.</summary>
    [FieldOffset(1080)] public long UsedGroups;

    /// <summary>Lease entries from this one on were never used.</summary>
    [FieldOffset(1088)] public long UsedLeases;
    [FieldOffset(1152)] public long Displaced;
    [FieldOffset(1160)] public long Abandoned;
    [FieldOffset(1168)] public long Recovered;
    [FieldOffset(1176)] public long Skipped;

    // Of a durable queue. Whoever holds the commit lock writes them.

    /// <summary>Where the journal's writer is.</summary>
    [FieldOffset(1280)] public CommitWords Commits;

    /// <summary>Where those park that wait for a commit.</summary>
    [FieldOffset(1408)] public long CommitGate;

    /// <summary>The journal's whole path, UTF-8, ending with a zero: for people and tools.</summary>
    [FieldOffset(2048)] public fixed byte JournalPath[Segment.JournalPathSize];
}

/// <summary>What committers of a durable queue share, beside each other in time.</summary>
[StructLayout(LayoutKind.Explicit, Size = Segment.LinePair)]
internal struct CommitWords
{
    /// <summary>Room for the words of the journal's position, which say where each of them is.</summary>
    [FieldOffset(0)] public long Position;

    /// <summary>Commits that were begun. It is raised before head, messages and cursors are read.</summary>
    [FieldOffset(64)] public long Begun;

    /// <summary>Of the last commit that came to its end, its number among those that were begun.</summary>
    [FieldOffset(72)] public long Ended;

    /// <summary>Where head was in the last commit.</summary>
    [FieldOffset(80)] public long Head;

    // For people and metrics: what was written since the ring was made.

    /// <summary>Blocks that the disk has taken.</summary>
    [FieldOffset(88)] public long Blocks;

    /// <summary>Positions that they have committed.</summary>
    [FieldOffset(96)] public long Positions;

    /// <summary>How long all of them took, each from its first copy to the end of its sync, nanoseconds.</summary>
    [FieldOffset(104)] public long Nanoseconds;

    /// <summary>How long the slowest took, nanoseconds.</summary>
    [FieldOffset(112)] public long Longest;

    /// <summary>How long the last one took, nanoseconds.</summary>
    [FieldOffset(120)] public long Last;
}

/// <summary>One attached handle. Its lock on the file, not this record, says whether it lives; the rest is for people to read.</summary>
[StructLayout(LayoutKind.Explicit, Size = Segment.LinePair)]
internal struct ParticipantRecord
{
    /// <summary>Counts who has had this entry; what names an entry names its generation too.</summary>
    [FieldOffset(0)] public long Generation;
    [FieldOffset(8)] public int ProcessId;
    [FieldOffset(16)] public long JoinedUnixMilliseconds;
    [FieldOffset(24)] public long Parked;
    [FieldOffset(64)] public ShmText64 ProcessName;
}

/// <summary>
/// What one producing thread is about to claim: positions <see cref="First"/> to <see cref="First"/> + <see cref="Count"/> - 1;
/// <see cref="First"/> 0 is nothing. On a line pair of its own: only its thread writes it, and others read it only after a death.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Segment.LinePair)]
internal struct Lane
{
    [FieldOffset(0)] public long Owner;
    [FieldOffset(8)] public long First;
    [FieldOffset(16)] public long Count;
}

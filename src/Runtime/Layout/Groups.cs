using System.Numerics;
using System.Runtime.InteropServices;

namespace TypedShmQueue.Layout;

/// <summary>The consumer groups of a segment, by address. The same precondition as for <see cref="RingView"/>.</summary>
internal readonly unsafe struct GroupsView
{
    private readonly SegmentHeader* _header;
    private readonly long* _ledgers;
    private readonly long _capacity;
    private readonly int _lapShift;

    public GroupsView(byte* address, SegmentGeometry geometry)
    {
        _header = (SegmentHeader*)address;
        Count = geometry.MaxGroups;
        LeaseCount = geometry.MaxLeases;
        Records = (GroupRecord*)(address + geometry.GroupsOffset);
        Leases = (LeaseRecord*)(address + geometry.LeasesOffset);
        _ledgers = (long*)(address + geometry.LedgersOffset);
        _capacity = geometry.Capacity;
        _lapShift = BitOperations.TrailingZeroCount(geometry.Capacity);
    }

    /// <summary>Entries for groups; 0 in a queue that has none.</summary>
    public int Count { get; }

    public GroupRecord* Records { get; }

    /// <summary>Entries for leases, for all groups together.</summary>
    public int LeaseCount { get; }

    public LeaseRecord* Leases { get; }

    /// <summary>Groups from this one on were never used.</summary>
    public ref long Used => ref _header->UsedGroups;

    /// <summary>Lease entries from this one on were never used.</summary>
    public ref long UsedLeases => ref _header->UsedLeases;

    /// <summary>How often a group or a subscription was begun.</summary>
    public ref long Joined => ref _header->Joined;

    /// <summary>Groups that were ever used, never more than there are.</summary>
    public int InUse => (int)Math.Clamp(Volatile.Read(ref Used), 0, Count);

    /// <summary>What became of a position in one group. Precondition: the group is one of <see cref="Count"/>.</summary>
    public ref long Ledger(int group, long position) => ref _ledgers[(group * _capacity) + (position & (_capacity - 1))];

    /// <summary>How often the ring has gone round before this position: a ledger word names it in place of the position.</summary>
    public long Lap(long position) => (position >>> _lapShift) & LedgerWord.LapMask;
}

/// <summary>
/// One consumer group's entry: where it has come to, and the next position to hand out, on line pairs of their own; then what producers
/// look at; then what is for people.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct GroupRecord
{
    public const int Size = 3 * Segment.LinePair;

    /// <summary>The oldest position that is not finished. It follows the ledger: whoever needs it moves it.</summary>
    [FieldOffset(0)] public long Cursor;

    /// <summary>The next position to hand out for the first time.</summary>
    [FieldOffset(128)] public long Next;

    /// <summary>Raised after messages were given back, or taken back from the dead.</summary>
    [FieldOffset(136)] public long Returns;

    /// <summary>A <see cref="SubscriptionState"/>: named once the group has begun.</summary>
    [FieldOffset(256)] public long State;

    /// <summary>Who begins it: an owner word. It means nothing once the group is named.</summary>
    [FieldOffset(264)] public long Owner;

    /// <summary>Messages that were given back by their holders.</summary>
    [FieldOffset(272)] public long GivenBack;

    /// <summary>Messages that were taken back: their holder had died, or was too slow.</summary>
    [FieldOffset(280)] public long TakenBack;

    /// <summary>Messages that were sent to a dead-letter queue.</summary>
    [FieldOffset(288)] public long DeadLettered;

    [FieldOffset(296)] public long CreatedUnixMilliseconds;
    [FieldOffset(304)] public ShmText64 Name;
}

/// <summary>
/// What one taker is about to hand out, or has: positions <see cref="First"/> to <see cref="First"/> + <see cref="Count"/> - 1, in their
/// delivery number <see cref="Deliveries"/>. <see cref="First"/> 0 is nothing. An entry belongs to a handle until its lock is gone.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Segment.LinePair)]
internal struct LeaseRecord
{
    [FieldOffset(0)] public long Owner;
    [FieldOffset(8)] public long First;
    [FieldOffset(16)] public long Count;
    [FieldOffset(24)] public long Deliveries;

    /// <summary>The group; -1 is none.</summary>
    [FieldOffset(32)] public long Group;

    /// <summary>When it was taken, milliseconds since the machine's start.</summary>
    [FieldOffset(40)] public long TakenAt;

    /// <summary>When others may take it back, milliseconds since the machine's start; 0 is never, as long as the holder lives.</summary>
    [FieldOffset(48)] public long Deadline;
}

/// <summary>
/// What became of a position in a group: <c>lap &lt;&lt; 14 | delivery &lt;&lt; 2 | state</c>. A word of another lap means: not handed out,
/// or handed out for the first time by an entry that says so. The delivery's number makes each lease of a position a word of its own.
/// </summary>
internal readonly record struct LedgerWord(long Word)
{
    private const long LeasedState = 1, ReturnedState = 2, DoneState = 3;
    private const int StateBits = 2, DeliveryBits = 12, LapBits = 64 - StateBits - DeliveryBits;

    /// <summary>The last number of a delivery; the next one is 1.</summary>
    public const int LastDelivery = (1 << DeliveryBits) - 1;

    public const long LapMask = (1L << LapBits) - 1;

    /// <summary>Somebody has it, and not for the first time: a first delivery leaves the word as it was.</summary>
    public static LedgerWord Leased(long lap, int delivery) => Of(lap, delivery, LeasedState);

    /// <summary>It was given back, or taken back from the dead.</summary>
    public static LedgerWord Returned(long lap, int delivery) => Of(lap, delivery, ReturnedState);

    /// <summary>It is finished.</summary>
    public static LedgerWord Done(long lap, int delivery) => Of(lap, delivery, DoneState);

    /// <summary>What a ledger holds before its group begins in this lap: a word of no position that the group will come to soon.</summary>
    public static LedgerWord BeforeLap(long lap) => Of((lap - 1) & LapMask, 0, DoneState);

    /// <summary>
    /// Whether this is from before a lap: a position of that lap was not handed out, or is held in its first delivery. Never of a later
    /// lap's word, whose position has the slot by now.
    /// </summary>
    public bool IsBefore(long lap) => ((lap - Lap) & LapMask) is > 0 and <= LapMask >> 1;

    public long Lap => (Word >>> (StateBits + DeliveryBits)) & LapMask;

    public int Delivery => (int)(Word >>> StateBits) & LastDelivery;

    public bool IsLeased => (Word & 3) == LeasedState;

    public bool IsReturned => (Word & 3) == ReturnedState;

    public bool IsDone => (Word & 3) == DoneState;

    /// <summary>The number of the delivery after this one. It begins anew after 4,095.</summary>
    public static int After(int delivery) => delivery >= LastDelivery ? 1 : delivery + 1;

    private static LedgerWord Of(long lap, int delivery, long state) =>
        new((lap << (StateBits + DeliveryBits)) | ((long)delivery << StateBits) | state);
}

using System.Runtime.InteropServices;

namespace TypedShmQueue.Layout;

/// <summary>What a broadcast segment has beside the ring, by address. The same precondition as for <see cref="RingView"/>.</summary>
internal readonly unsafe struct SubscriptionsView
{
    private readonly SegmentHeader* _header;
    private readonly long _mask;

    public SubscriptionsView(byte* address, SegmentGeometry geometry)
    {
        _header = (SegmentHeader*)address;
        _mask = geometry.Capacity - 1;
        Records = (SubscriptionRecord*)(address + geometry.SubscriptionsOffset);
        Count = geometry.MaxSubscriptions;
        Stamps = geometry.RetentionMilliseconds > 0 ? (long*)(address + geometry.StampsOffset) : null;
        RetentionMilliseconds = geometry.RetentionMilliseconds;
        ProducersWait = new RoleFlags(_header->Roles).Waits;
    }

    public SubscriptionRecord* Records { get; }

    public int Count { get; }

    /// <summary>The queue's clock.</summary>
    public ClockWord Clock => new(Volatile.Read(ref _header->Clock));

    /// <summary>When each slot's message was sent, milliseconds of the queue's time; null without retention.</summary>
    public long* Stamps { get; }

    /// <summary>How long messages are kept at most, milliseconds; 0 is unlimited.</summary>
    public long RetentionMilliseconds { get; }

    /// <summary>Whether producers never displace.</summary>
    public bool ProducersWait { get; }

    public ref long Joined => ref _header->Joined;

    public ref long Used => ref _header->UsedSubscriptions;

    /// <summary>Entries that were ever used, never more than there are.</summary>
    public int InUse => (int)Math.Clamp(Volatile.Read(ref Used), 0, Count);

    /// <summary>The stamp of a position's slot. Precondition: there are stamps.</summary>
    public ref long Stamp(long position) => ref Stamps[position & _mask];
}

/// <summary>
/// One subscription's entry: the cursor on a line pair of its own, which its holder writes for every message; then what producers look
/// at when the cursor holds them up; then what is for people.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct SubscriptionRecord
{
    public const int Size = 3 * Segment.LinePair;

    /// <summary>The next position to take.</summary>
    [FieldOffset(0)] public long Cursor;

    /// <summary>Who holds it: an owner word; 0 is nobody. What it names may be dead.</summary>
    [FieldOffset(128)] public long Owner;

    /// <summary>A <see cref="SubscriptionState"/>.</summary>
    [FieldOffset(136)] public long State;

    /// <summary>Since when a named one has had no holder, milliseconds of the queue's time.</summary>
    [FieldOffset(144)] public long AbsentSince;

    /// <summary>How long a named subscription holds producers back without a holder, milliseconds; -1 is indefinitely.</summary>
    [FieldOffset(152)] public long HoldMilliseconds;

    [FieldOffset(160)] public SubscriptionTally FirstTally;
    [FieldOffset(184)] public SubscriptionTally SecondTally;

    [FieldOffset(256)] public ShmText64 Name;
    [FieldOffset(320)] public long CreatedUnixMilliseconds;
}

/// <summary>
/// What has been counted up to a position. There are two, and the one that holds is the one of the greater position that the cursor has
/// reached: so counts change in the same instant as the cursor, whenever their writer dies.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 24)]
internal struct SubscriptionTally
{
    /// <summary>From which position of the cursor on this holds; <see cref="long.MaxValue"/> while it is written.</summary>
    [FieldOffset(0)] public long At;

    /// <summary>Tombstones below the position, modulo 2^32.</summary>
    [FieldOffset(8)] public long Tombstones;

    /// <summary>Messages that were overwritten before they were taken.</summary>
    [FieldOffset(16)] public long Missed;
}

/// <summary>
/// What a subscription's entry is, in one word; 0 is nothing. The serial makes every beginning of a subscription a word of its own, so
/// that a swap of it never meets a later subscription in the same entry.
/// </summary>
internal readonly record struct SubscriptionState(long Word)
{
    private const long ActiveBit = 1, LossyBit = 2, NamedBit = 4;
    private const int FlagBits = 4;

    public static SubscriptionState Of(long serial, bool lossy, bool named) =>
        new((serial << FlagBits) | ActiveBit | (lossy ? LossyBit : 0) | (named ? NamedBit : 0));

    /// <summary>The same subscription, from now on outliving its holder.</summary>
    public SubscriptionState WithName => new(Word | NamedBit);

    public bool IsActive => (Word & ActiveBit) != 0;

    /// <summary>What tells it from those that had the entry before.</summary>
    public long Serial => Word >> FlagBits;

    /// <summary>Never holds producers back.</summary>
    public bool IsLossy => (Word & LossyBit) != 0;

    /// <summary>Outlives its holder.</summary>
    public bool IsNamed => (Word & NamedBit) != 0;
}

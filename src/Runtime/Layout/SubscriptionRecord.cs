using System.Runtime.InteropServices;

namespace TypedShmQueue.Layout;

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

    /// <summary>How long a named one holds producers back without a holder, milliseconds; -1 is for ever.</summary>
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

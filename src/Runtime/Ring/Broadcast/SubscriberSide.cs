using System.Runtime.InteropServices;

namespace TypedShmQueue.Ring.Broadcast;

/// <summary>What one subscription keeps in private memory, apart from what the producers of the same process write.</summary>
[StructLayout(LayoutKind.Explicit, Size = 3 * Layout.Segment.LinePair)]
internal struct SubscriberSide
{
    /// <summary>0, <see cref="ConsumerSide.Left"/> or <see cref="ConsumerSide.Limited"/>.</summary>
    [FieldOffset(128)] public int Closed;

    /// <summary>A call is in progress, and may write to the segment.</summary>
    [FieldOffset(132)] public int InFlight;

    /// <summary>The cursor, of which its holder is the only writer.</summary>
    [FieldOffset(136)] public long Next;

    /// <summary>Tombstones below the cursor, modulo 2^32.</summary>
    [FieldOffset(144)] public uint Tombstones;

    /// <summary>Looks that found nothing; see <see cref="LineOwner{T, TMemory}"/>.</summary>
    [FieldOffset(148)] public int EmptyLooks;

    /// <summary>Messages that were overwritten before they were taken.</summary>
    [FieldOffset(152)] public long Missed;

    /// <summary>Which of the entry's two tallies holds.</summary>
    [FieldOffset(168)] public bool SecondTallyHolds;

    /// <summary>The subscription is being begun: what it is overtaken by now it does not miss.</summary>
    [FieldOffset(169)] public bool Skips;

    /// <summary>The position at which to see to it that several messages are there before one is taken; a hint.</summary>
    [FieldOffset(176)] public long GatherAt;

    /// <summary>
    /// What <see cref="EmptyLooks"/> was when lines were owned last, or would have been; see <see cref="LineOwner{T, TMemory}"/>.
    /// </summary>
    [FieldOffset(184)] public int EmptyLooksAtOwning;

    /// <summary>For how long nothing was found at the cursor.</summary>
    [FieldOffset(192)] public HeldUp HeldUp;

    /// <summary>What may be taken.</summary>
    [FieldOffset(240)] public VisibleEnd Visible;

    /// <inheritdoc cref="ConsumerSide.LimitTo"/>
    public void LimitTo(VisibleEnd visible)
    {
        Visible = visible;
        if (visible.IsLimited) Closed = ConsumerSide.Limited;
    }
}

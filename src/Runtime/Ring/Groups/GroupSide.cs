using System.Runtime.InteropServices;

namespace TypedShmQueue.Ring.Groups;

/// <summary>
/// What one member of a group keeps in private memory. Its threads share it; each word of it may be older than it could be.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 3 * Layout.Segment.LinePair)]
internal struct GroupSide
{
    /// <summary>0, <see cref="ConsumerSide.Left"/> or <see cref="ConsumerSide.Limited"/>.</summary>
    [FieldOffset(128)] public int Closed;

    /// <summary>The group's count of returns when a look for returned messages last found none.</summary>
    [FieldOffset(136)] public long SeenReturns;

    /// <summary>When this member last looked for the dead's messages, milliseconds since the machine's start.</summary>
    [FieldOffset(144)] public long ExaminedAt;

    /// <summary>For how long nothing was found at the next position.</summary>
    [FieldOffset(152)] public HeldUp HeldUp;

    /// <summary>The position at which to see to it that several messages are there before one is taken; a hint.</summary>
    [FieldOffset(200)] public long GatherAt;

    /// <summary>What may be taken.</summary>
    [FieldOffset(208)] public VisibleEnd Visible;

    /// <inheritdoc cref="ConsumerSide.LimitTo"/>
    public void LimitTo(VisibleEnd visible)
    {
        Visible = visible;
        if (visible.IsLimited) Closed = ConsumerSide.Limited;
    }
}

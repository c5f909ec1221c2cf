using System.Runtime.InteropServices;

namespace TypedShmQueue.Ring;

/// <summary>What one handle's consumers keep in private memory, apart from what its producers write.</summary>
[StructLayout(LayoutKind.Explicit, Size = 3 * Layout.Segment.LinePair)]
internal struct ConsumerSide
{
    /// <summary>Set by Dispose, once and for all.</summary>
    [FieldOffset(128)] public int Closed;

    /// <summary>For the one consumer that frees slots by a store: the in-flight mark.</summary>
    [FieldOffset(132)] public int InFlight;

    /// <summary>Whether the role for one is this handle's.</summary>
    [FieldOffset(136)] public int HasRole;

    /// <summary>Looks that found nothing; see <see cref="LineOwner{T, TMemory}"/>.</summary>
    [FieldOffset(140)] public int EmptyLooks;

    /// <summary>For the one consumer that frees slots by a store: head, of which it is the only writer.</summary>
    [FieldOffset(144)] public long Next;

    /// <summary>The position at which to see to it that several messages are there before one is taken; a hint.</summary>
    [FieldOffset(160)] public long GatherAt;

    /// <summary>
    /// What <see cref="EmptyLooks"/> was when lines were owned last, or would have been; see <see cref="LineOwner{T, TMemory}"/>.
    /// </summary>
    [FieldOffset(168)] public int EmptyLooksAtOwning;

    /// <summary>For how long nothing was found at the oldest position.</summary>
    [FieldOffset(176)] public HeldUp HeldUp;
}

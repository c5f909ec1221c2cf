using System.Runtime.InteropServices;

namespace TypedShmQueue.Ring;

/// <summary>
/// What one handle's producers keep in private memory. It stands between two empty line pairs, so that nothing a consumer of the
/// same process reads shares a line with it.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = 3 * Layout.Segment.LinePair)]
internal struct ProducerSide
{
    /// <summary><see cref="Closed"/>: this handle is disposed, or is being disposed, once and for all.</summary>
    public const int Left = 1;

    /// <summary>
    /// <see cref="Closed"/>: a thread of this handle is about to end the one producer's stream, or will find that it cannot.
    /// </summary>
    public const int Completing = 2;

    /// <summary>
    /// <see cref="Limit"/>: the role for one is this handle's, and head has not been looked at. Below every position, and below the 0 that
    /// <see cref="Next"/> is before: a thread that reads Next while another takes the role claims nothing.
    /// </summary>
    public const long NotLooked = -1;

    /// <summary>
    /// 0, or why nothing can be claimed: <see cref="Left"/> or <see cref="Completing"/>. Looked at after the in-flight mark is stored.
    /// </summary>
    [FieldOffset(128)] public int Closed;

    /// <summary>For the one producer: the in-flight mark, from the claim to the publication.</summary>
    [FieldOffset(132)] public int InFlight;

    /// <summary>
    /// Positions below this may be claimed without looking at head: head as last seen, plus the capacity. Threads may overwrite each
    /// other's newer value with an older one; both are true, since head only grows.
    /// </summary>
    [FieldOffset(136)] public long Limit;

    /// <summary>For the one producer: the next position; meaningless until the role is taken, when Limit is 0.</summary>
    [FieldOffset(144)] public long Next;

    /// <summary>Whether the memory may have been let go of.</summary>
    public bool HasLeft => Volatile.Read(ref Closed) == Left;

    /// <summary>For how long the oldest position of a full ring has held up who displaces.</summary>
    [FieldOffset(152)] public HeldUp HeldUp;
}

/// <summary>What one handle's consumers keep in private memory, apart from what its producers write.</summary>
[StructLayout(LayoutKind.Explicit, Size = 3 * Layout.Segment.LinePair)]
internal struct ConsumerSide
{
    /// <summary><see cref="Closed"/>: this handle is disposed, or is being disposed, once and for all.</summary>
    public const int Left = 1;

    /// <summary><see cref="Closed"/>: every call looks at <see cref="Visible"/> before it takes anything.</summary>
    public const int Limited = 2;

    /// <summary>
    /// 0, or why a call does not take the shortest way: <see cref="Left"/> or <see cref="Limited"/>. One word for both: a consumer that
    /// sees everything pays nothing for one that does not.
    /// </summary>
    [FieldOffset(128)] public int Closed;

    /// <summary>For the one consumer that frees slots by a store: the in-flight mark.</summary>
    [FieldOffset(132)] public int InFlight;

    /// <summary>Whether the role for one is this handle's.</summary>
    [FieldOffset(136)] public int HasRole;

    /// <summary>Looks that found nothing; see <see cref="LineOwner{T, TMemory}"/>.</summary>
    [FieldOffset(140)] public int EmptyLooks;

    /// <summary>For the one consumer that frees slots by a store: head, of which it is the only writer.</summary>
    [FieldOffset(144)] public long Next;

    /// <summary>For the one consumer: the end of what it has read in place and taken.</summary>
    [FieldOffset(152)] public long Released;

    /// <summary>The position at which to see to it that several messages are there before one is taken; a hint.</summary>
    [FieldOffset(160)] public long GatherAt;

    /// <summary>
    /// What <see cref="EmptyLooks"/> was when lines were owned last, or would have been; see <see cref="LineOwner{T, TMemory}"/>.
    /// </summary>
    [FieldOffset(168)] public int EmptyLooksAtOwning;

    /// <summary>For how long nothing was found at the oldest position.</summary>
    [FieldOffset(176)] public HeldUp HeldUp;

    /// <summary>What may be taken.</summary>
    [FieldOffset(224)] public VisibleEnd Visible;

    /// <summary>Says what may be taken, before the first call.</summary>
    public void LimitTo(VisibleEnd visible)
    {
        Visible = visible;
        if (visible.IsLimited) Closed = Limited;
    }
}

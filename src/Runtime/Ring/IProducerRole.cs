using System.ComponentModel;
using TypedShmQueue.Layout;
using TypedShmQueue.Ring;

namespace TypedShmQueue.CompilerServices;

/// <summary>
/// The producers' protocol, in the order a message goes through it: claim, (the message and its word are written,) advance, release.
/// Implemented by structs, so that the compiler writes a ring for each role with nothing left to choose at run time.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public unsafe interface IProducerRole
{
    /// <summary>Whether one handle at a time may have the role.</summary>
    internal static abstract bool IsExclusive { get; }

    /// <summary>
    /// Claims one position, all in registers: stores to the stack stand in the same queue as those to the other core's lines, and were
    /// measured to cost a third of the throughput. A negative number is <c>~(long)status</c>.
    /// </summary>
    internal static abstract long ClaimOne<TMemory>(in RingView ring, ref ProducerSide side, Lane* lane)
        where TMemory : struct, IMemory;

    /// <summary>
    /// Claims up to <paramref name="wanted"/> positions in a row. Unless it is Done, nothing is claimed and no mark is left.
    /// </summary>
    internal static abstract RingStatus TryClaim<TMemory>(
        in RingView ring, ref ProducerSide side, Lane* lane, int wanted, out long first, out int claimed)
        where TMemory : struct, IMemory;

    /// <summary>
    /// Claims the next position although the ring is full, for a producer that moves head past the oldest one next: what it claims is never
    /// more than one position beyond the capacity. Blocked: tail is not there any more, look again; nothing is claimed and no mark is left.
    /// </summary>
    internal static abstract RingStatus TryClaimBeyond<TMemory>(in RingView ring, ref ProducerSide side, Lane* lane, long tail)
        where TMemory : struct, IMemory;

    /// <summary>Says that every position below <paramref name="next"/> that this producer claimed is published.</summary>
    internal static abstract void Advance<TMemory>(in RingView ring, ref ProducerSide side, long next)
        where TMemory : struct, IMemory;

    /// <summary>Takes the in-flight mark away. Precondition: every claimed position is published or a tombstone.</summary>
    internal static abstract void Release<TMemory>(ref ProducerSide side, Lane* lane)
        where TMemory : struct, IMemory;
}

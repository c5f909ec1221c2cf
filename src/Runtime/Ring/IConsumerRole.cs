using System.ComponentModel;
using TypedShmQueue.Layout;
using TypedShmQueue.Ring;

namespace TypedShmQueue.CompilerServices;

/// <summary>
/// The consumers' protocol: where head is, and how it moves past what has been copied out. A consumer claims nothing, so one
/// that dies holds nothing.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface IConsumerRole
{
    /// <summary>Whether one handle at a time may have the role.</summary>
    internal static abstract bool IsExclusive { get; }

    /// <summary>Whether nobody else ever moves head, so that a store is enough.</summary>
    internal static abstract bool TakesByStore { get; }

    /// <summary>Whether every message goes to every subscriber: nobody takes by moving head, and producers move it themselves.</summary>
    internal static abstract bool IsBroadcast { get; }

    /// <summary>The oldest position that is not taken.</summary>
    internal static abstract long Head<TMemory>(in RingView ring, ref ConsumerSide side) where TMemory : struct, IMemory;

    /// <summary>E2: frees the slots from <paramref name="from"/> up to <paramref name="to"/>, if head is still there.</summary>
    internal static abstract bool TryAdvance<TMemory>(in RingView ring, ref ConsumerSide side, long from, long to)
        where TMemory : struct, IMemory;
}

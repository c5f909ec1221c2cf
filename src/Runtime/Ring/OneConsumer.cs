using System.ComponentModel;
using System.Runtime.CompilerServices;
using TypedShmQueue.Layout;
using TypedShmQueue.Ring;

namespace TypedShmQueue.CompilerServices;

/// <summary>
/// One consumer beside producers that may displace: they move head too, so it is swapped as with many consumers. The role only
/// keeps a second consumer out.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct OneConsumer : IConsumerRole
{
    static bool IConsumerRole.IsExclusive => true;

    static bool IConsumerRole.TakesByStore => false;

    static bool IConsumerRole.IsBroadcast => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static long IConsumerRole.Head<TMemory>(in RingView ring, ref ConsumerSide side) => TMemory.LoadAcquire(ref ring.Head);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool IConsumerRole.TryAdvance<TMemory>(in RingView ring, ref ConsumerSide side, long from, long to) =>
        TMemory.CompareAndSwap(ref ring.Head, from, to); // E2, D2
}

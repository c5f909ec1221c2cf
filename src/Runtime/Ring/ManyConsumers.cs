using System.ComponentModel;
using System.Runtime.CompilerServices;
using TypedShmQueue.Layout;
using TypedShmQueue.Ring;

namespace TypedShmQueue.CompilerServices;

/// <summary>
/// Many consumers. A message is copied out first; then a compare-and-swap on head makes it ours. If somebody was faster the copy may
/// be torn, and is thrown away: messages are plain bytes, so nothing happens.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct ManyConsumers : IConsumerRole
{
    static bool IConsumerRole.IsExclusive => false;

    static bool IConsumerRole.TakesByStore => false;

    static bool IConsumerRole.IsBroadcast => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static long IConsumerRole.Head<TMemory>(in RingView ring, ref ConsumerSide side) => TMemory.LoadAcquire(ref ring.Head);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool IConsumerRole.TryAdvance<TMemory>(in RingView ring, ref ConsumerSide side, long from, long to) =>
        TMemory.CompareAndSwap(ref ring.Head, from, to); // E2, D2
}

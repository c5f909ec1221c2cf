using System.ComponentModel;
using System.Runtime.CompilerServices;
using TypedShmQueue.Layout;
using TypedShmQueue.Ring;

namespace TypedShmQueue.CompilerServices;

/// <summary>
/// One consumer, and producers that wait instead of displacing: nobody else moves head, so it is kept in private memory and
/// freed slots are told by a store.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct OneWaitingConsumer : IConsumerRole
{
    static bool IConsumerRole.IsExclusive => true;

    static bool IConsumerRole.TakesByStore => true;

    static bool IConsumerRole.IsBroadcast => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static long IConsumerRole.Head<TMemory>(in RingView ring, ref ConsumerSide side) => side.Next;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static bool IConsumerRole.TryAdvance<TMemory>(in RingView ring, ref ConsumerSide side, long from, long to)
    {
        side.Next = to;
        TMemory.StoreRelease(ref ring.Head, to); // E2
        return true;
    }
}

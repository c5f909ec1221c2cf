using System.ComponentModel;
using System.Runtime.CompilerServices;
using TypedShmQueue.Layout;
using TypedShmQueue.Ring;

namespace TypedShmQueue.CompilerServices;

/// <summary>
/// The consumers of a broadcast queue, as its producers see them: head is the oldest position that is kept, and producers move it when
/// the subscribers are past it. Subscribers take by their own cursors, see <c>SubscriberRing</c>.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Subscribers : IConsumerRole
{
    static bool IConsumerRole.IsExclusive => false;

    static bool IConsumerRole.TakesByStore => false;

    static bool IConsumerRole.IsBroadcast => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static long IConsumerRole.Head<TMemory>(in RingView ring, ref ConsumerSide side) => TMemory.LoadAcquire(ref ring.Head);

    /// <summary>Nobody takes by moving head.</summary>
    static bool IConsumerRole.TryAdvance<TMemory>(in RingView ring, ref ConsumerSide side, long from, long to) => false;
}

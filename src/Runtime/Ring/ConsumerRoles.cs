using System.ComponentModel;
using System.Runtime.CompilerServices;
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

    /// <summary>Whether each message goes to one worker of the queue's only group, although producers move head.</summary>
    internal static virtual bool IsAcknowledged => false;

    /// <summary>The oldest position that is not taken.</summary>
    internal static abstract long Head<TMemory>(in RingView ring, ref ConsumerSide side) where TMemory : struct, IMemory;

    /// <summary>E2: frees the slots from <paramref name="from"/> up to <paramref name="to"/>, if head is still there.</summary>
    internal static abstract bool TryAdvance<TMemory>(in RingView ring, ref ConsumerSide side, long from, long to)
        where TMemory : struct, IMemory;
}

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

/// <summary>
/// One consumer, and producers that wait instead of displacing: nobody else moves head, so it is kept in private memory and
/// a store publishes freed slots.
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

/// <summary>
/// The workers of a queue with acknowledged delivery, as its producers see them: head is the oldest position that is kept, and producers
/// move it when the group is past it. Workers take under leases, see <c>GroupRing</c>.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct Workers : IConsumerRole
{
    static bool IConsumerRole.IsExclusive => false;

    static bool IConsumerRole.TakesByStore => false;

    static bool IConsumerRole.IsBroadcast => true;

    static bool IConsumerRole.IsAcknowledged => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static long IConsumerRole.Head<TMemory>(in RingView ring, ref ConsumerSide side) => TMemory.LoadAcquire(ref ring.Head);

    /// <summary>Nobody takes by moving head.</summary>
    static bool IConsumerRole.TryAdvance<TMemory>(in RingView ring, ref ConsumerSide side, long from, long to) => false;
}

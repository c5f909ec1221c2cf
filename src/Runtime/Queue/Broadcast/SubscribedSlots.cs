using System.ComponentModel;
using System.Runtime.CompilerServices;
using TypedShmQueue.Queue;
using TypedShmQueue.Ring;

namespace TypedShmQueue.CompilerServices;

/// <summary>A subscription's cursor: each message goes to every subscription.</summary>
/// <typeparam name="T">What a slot holds.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct SubscribedSlots<T> : ISlotView<T>
    where T : unmanaged
{
    private readonly SubscriptionCore<T> _core;

    /// <summary>The cursor's ring, held here as well: a load less on the way of each message.</summary>
    private readonly SubscriberRing<T, HardwareMemory> _ring;

    internal SubscribedSlots(SubscriptionCore<T> core) => (_core, _ring) = (core, core.Ring);

    internal SubscriptionCore<T> Core => _core;

    ConsumerEnd ISlotView<T>.End => _core;

    string ISlotView<T>.QueueName => _core.Handle.Name;

    bool ISlotView<T>.IsGatheringDue
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _ring.Position >= _ring.Side.GatherAt;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    RingStatus ISlotView<T>.TryTake(out T content) => _ring.TryDequeue(out content);

    RingStatus ISlotView<T>.TryTake(Span<T> destination, out int taken, bool hasSome) =>
        _ring.TryDequeue(destination, out taken, hasSome);

    RingStatus ISlotView<T>.Find()
    {
        NoReader nothing = default;
        return _ring.TryPeek(ref nothing, out _);
    }

    RingStatus ISlotView<T>.TryTake<TReader>(ref TReader reader) => _ring.TryTake(ref reader);

    RingStatus ISlotView<T>.TryPeek(out T content) => _ring.TryPeek(out content);

    RingStatus ISlotView<T>.TryPeek<TReader>(ref TReader reader, out long position) => _ring.TryPeek(ref reader, out position);

    bool ISlotView<T>.TryTakePeeked(long position)
    {
        RingStatus status = _ring.TryTakePeeked(position);
        if (status is RingStatus.Done or RingStatus.Taken) return status == RingStatus.Done;
        _core.Resolve(status);
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void ISlotView<T>.Took(int count) => _core.Handle.Took(count);
}

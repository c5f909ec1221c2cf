using System.ComponentModel;
using System.Runtime.CompilerServices;
using TypedShmQueue.Queue;
using TypedShmQueue.Ring;

namespace TypedShmQueue.CompilerServices;

/// <summary>The slots that one consumer or subscription takes from: the ring, or a cursor in it.</summary>
/// <typeparam name="T">What a slot holds.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public interface ISlotView<T>
    where T : unmanaged
{
    internal ConsumerEnd End { get; }

    internal string QueueName { get; }

    internal bool IsGatheringDue { get; }

    internal RingStatus TryTake(out T content);

    internal RingStatus TryTake(Span<T> destination, out int taken, bool hasSome);

    internal RingStatus TryTake<TReader>(ref TReader reader) where TReader : struct, IMessageReader, allows ref struct;

    internal RingStatus Find();

    internal RingStatus TryPeek(out T content);

    internal RingStatus TryPeek<TReader>(ref TReader reader, out long position) where TReader : struct, IMessageReader, allows ref struct;

    /// <summary>Takes what was peeked at. False: somebody else has, meanwhile.</summary>
    internal bool TryTakePeeked(long position);

    internal void Took(int count);
}

/// <summary>The ring itself: each message goes to one consumer.</summary>
/// <typeparam name="T">What a slot holds.</typeparam>
/// <typeparam name="TProducers">The producers' protocol.</typeparam>
/// <typeparam name="TConsumers">The consumers' protocol.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct RingSlots<T, TProducers, TConsumers> : ISlotView<T>
    where T : unmanaged
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    private readonly RingCore<T, TProducers, TConsumers> _core;

    internal RingSlots(RingCore<T, TProducers, TConsumers> core) => _core = core;

    ConsumerEnd ISlotView<T>.End => _core.Consumers;

    string ISlotView<T>.QueueName => _core.Name;

    bool ISlotView<T>.IsGatheringDue
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _core.Ring.ConsumerPosition >= _core.Ring.Consumer.GatherAt;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    RingStatus ISlotView<T>.TryTake(out T content) => _core.Ring.TryDequeue(out content);

    RingStatus ISlotView<T>.TryTake(Span<T> destination, out int taken, bool hasSome) =>
        _core.Ring.TryDequeue(destination, out taken, hasSome);

    RingStatus ISlotView<T>.Find()
    {
        NoReader nothing = default;
        return _core.Ring.TryPeek(ref nothing, out _);
    }

    RingStatus ISlotView<T>.TryTake<TReader>(ref TReader reader) => _core.Ring.TryTake(ref reader);

    RingStatus ISlotView<T>.TryPeek(out T content) => _core.Ring.TryPeek(out content);

    RingStatus ISlotView<T>.TryPeek<TReader>(ref TReader reader, out long position) => _core.Ring.TryPeek(ref reader, out position);

    bool ISlotView<T>.TryTakePeeked(long position) => _core.Ring.TryTakePeeked(position) == RingStatus.Done;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void ISlotView<T>.Took(int count) => _core.Took(count);
}

/// <summary>A subscription's cursor: each message goes to every subscription.</summary>
/// <typeparam name="T">What a slot holds.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct SubscribedSlots<T> : ISlotView<T>
    where T : unmanaged
{
    private readonly SubscriptionCore<T> _core;

    internal SubscribedSlots(SubscriptionCore<T> core) => _core = core;

    internal SubscriptionCore<T> Core => _core;

    ConsumerEnd ISlotView<T>.End => _core;

    string ISlotView<T>.QueueName => _core.Handle.Name;

    bool ISlotView<T>.IsGatheringDue
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _core.Ring.Position >= _core.Ring.Side.GatherAt;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    RingStatus ISlotView<T>.TryTake(out T content) => _core.Ring.TryDequeue(out content);

    RingStatus ISlotView<T>.TryTake(Span<T> destination, out int taken, bool hasSome) =>
        _core.Ring.TryDequeue(destination, out taken, hasSome);

    RingStatus ISlotView<T>.Find()
    {
        NoReader nothing = default;
        return _core.Ring.TryPeek(ref nothing, out _);
    }

    RingStatus ISlotView<T>.TryTake<TReader>(ref TReader reader) => _core.Ring.TryTake(ref reader);

    RingStatus ISlotView<T>.TryPeek(out T content) => _core.Ring.TryPeek(out content);

    RingStatus ISlotView<T>.TryPeek<TReader>(ref TReader reader, out long position) => _core.Ring.TryPeek(ref reader, out position);

    bool ISlotView<T>.TryTakePeeked(long position)
    {
        RingStatus status = _core.Ring.TryTakePeeked(position);
        if (status is RingStatus.Done or RingStatus.Taken) return status == RingStatus.Done;
        _core.Resolve(status);
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void ISlotView<T>.Took(int count) => _core.Handle.Took(count);
}

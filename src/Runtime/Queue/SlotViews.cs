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

    /// <summary>The ring of the core. Held here as well: a load less on the way of each message.</summary>
    private readonly MessageRing<T, TProducers, TConsumers, HardwareMemory> _ring;

    internal RingSlots(RingCore<T, TProducers, TConsumers> core) => (_core, _ring) = (core, core.Ring);

    ConsumerEnd ISlotView<T>.End => _core.Consumers;

    string ISlotView<T>.QueueName => _core.Name;

    bool ISlotView<T>.IsGatheringDue
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _ring.ConsumerPosition >= _ring.Consumer.GatherAt;
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

    bool ISlotView<T>.TryTakePeeked(long position) => _ring.TryTakePeeked(position) == RingStatus.Done;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void ISlotView<T>.Took(int count) => _core.Took(count);
}

using System.ComponentModel;
using TypedShmQueue.Queue;
using TypedShmQueue.Ring;

namespace TypedShmQueue.CompilerServices;

/// <summary>
/// A queue of unmanaged messages that waits, or refuses, when it is full: what an emitted queue with <see cref="Overflow.Wait"/> inherits.
/// </summary>
/// <typeparam name="T">The message.</typeparam>
/// <typeparam name="TProducers">The producers' protocol.</typeparam>
/// <typeparam name="TConsumers">The consumers' protocol.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class WaitingQueue<T, TProducers, TConsumers> :
    TakingQueue<T, PlainSink<T, TProducers, TConsumers>, PlainSource<T, RingSlots<T, TProducers, TConsumers>>>
    where T : unmanaged
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    /// <param name="handle">The attached queue.</param>
    protected WaitingQueue(QueueHandle handle)
        : this(new RingCore<T, TProducers, TConsumers>(QueueHandle.SessionOf(handle)))
    {
    }

    private WaitingQueue(RingCore<T, TProducers, TConsumers> core)
        : base(new(core), new(new(core)))
    {
    }

    /// <inheritdoc cref="IShmQueue{TSelf, T}.TryClaim(out SlotWriter{T})"/>
    public bool TryClaim(out SlotWriter<T> writer) => Sink.Core.TryClaim(out writer);

    /// <inheritdoc cref="IShmQueue{TSelf, T}.TryClaim(int, out SlotSpan{T})"/>
    public bool TryClaim(int most, out SlotSpan<T> span) => Sink.Core.TryClaim(most, out span);

    /// <inheritdoc cref="IShmQueue{TSelf, T}.TryClaim(out SlotWriter{T}, TimeSpan)"/>
    public bool TryClaim(out SlotWriter<T> writer, TimeSpan timeout) => Sink.Core.TryClaim(out writer, timeout);

    /// <inheritdoc cref="IShmQueue{TSelf, T}.Claim(out SlotWriter{T}, CancellationToken)"/>
    public void Claim(out SlotWriter<T> writer, CancellationToken cancellationToken = default) =>
        Sink.Core.Claim(out writer, cancellationToken);
}

/// <summary>
/// A queue of unmanaged messages with one consumer, which nobody overtakes, so that it can read in place: what an emitted queue with
/// <see cref="Endpoints.One"/> consumer and <see cref="Overflow.Wait"/> inherits.
/// </summary>
/// <typeparam name="T">The message.</typeparam>
/// <typeparam name="TProducers">The producers' protocol.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class ReadingQueue<T, TProducers> : WaitingQueue<T, TProducers, OneWaitingConsumer>, IShmReading<T>
    where T : unmanaged
    where TProducers : struct, IProducerRole
{
    /// <param name="handle">The attached queue.</param>
    protected ReadingQueue(QueueHandle handle)
        : base(handle)
    {
    }

    /// <inheritdoc/>
    public bool TryRead(out SlotReader<T> reader, int most = int.MaxValue) => SlotReading.TryRead(Sink.Core, out reader, most);

    /// <inheritdoc/>
    public bool TryRead(out SlotReader<T> reader, TimeSpan timeout, int most = int.MaxValue) =>
        SlotReading.TryRead(Sink.Core, out reader, timeout, most);

    /// <inheritdoc/>
    public void Read(out SlotReader<T> reader, CancellationToken cancellationToken = default) =>
        SlotReading.Read(Sink.Core, out reader, int.MaxValue, cancellationToken);

    /// <inheritdoc/>
    public void Read(out SlotReader<T> reader, int most, CancellationToken cancellationToken = default) =>
        SlotReading.Read(Sink.Core, out reader, most, cancellationToken);
}

/// <summary>A queue of unmanaged messages that can also displace: what an emitted queue with <see cref="Overflow.Any"/> inherits.</summary>
/// <typeparam name="T">The message.</typeparam>
/// <typeparam name="TProducers">The producers' protocol.</typeparam>
/// <typeparam name="TConsumers">The consumers' protocol.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class MessageQueue<T, TProducers, TConsumers> : WaitingQueue<T, TProducers, TConsumers>, IShmDisplacing<T>
    where T : unmanaged
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    /// <param name="handle">The attached queue.</param>
    protected MessageQueue(QueueHandle handle)
        : base(handle)
    {
    }

    /// <inheritdoc/>
    public bool EnqueueShift(in T message) => Sink.Core.EnqueueShift(in message);

    /// <inheritdoc/>
    public bool EnqueueShift(in T message, out T displaced) => Sink.Core.EnqueueShift(in message, out displaced);
}

/// <summary>
/// A queue of unmanaged messages that can displace, with one consumer, which reads in place until it is overtaken: what an emitted queue
/// with <see cref="Endpoints.One"/> consumer and <see cref="Overflow.Any"/> inherits.
/// </summary>
/// <typeparam name="T">The message.</typeparam>
/// <typeparam name="TProducers">The producers' protocol.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class OvertakenQueue<T, TProducers> : MessageQueue<T, TProducers, OneConsumer>, IShmReading<T>
    where T : unmanaged
    where TProducers : struct, IProducerRole
{
    /// <param name="handle">The attached queue.</param>
    protected OvertakenQueue(QueueHandle handle)
        : base(handle)
    {
    }

    /// <inheritdoc/>
    public bool TryRead(out SlotReader<T> reader, int most = int.MaxValue) => SlotReading.TryRead(Sink.Core, out reader, most);

    /// <inheritdoc/>
    public bool TryRead(out SlotReader<T> reader, TimeSpan timeout, int most = int.MaxValue) =>
        SlotReading.TryRead(Sink.Core, out reader, timeout, most);

    /// <inheritdoc/>
    public void Read(out SlotReader<T> reader, CancellationToken cancellationToken = default) =>
        SlotReading.Read(Sink.Core, out reader, int.MaxValue, cancellationToken);

    /// <inheritdoc/>
    public void Read(out SlotReader<T> reader, int most, CancellationToken cancellationToken = default) =>
        SlotReading.Read(Sink.Core, out reader, most, cancellationToken);
}

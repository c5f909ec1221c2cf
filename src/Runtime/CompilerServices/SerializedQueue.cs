using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using TypedShmQueue.Queue;

namespace TypedShmQueue.CompilerServices;

/// <summary>
/// A queue of serialized messages that waits, or refuses, when it is full: what an emitted queue with <see cref="Overflow.Wait"/> inherits.
/// </summary>
/// <typeparam name="TMessage">The message.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class WaitingSerializedQueue<TMessage> : TakingQueue<TMessage, SerializedSink<TMessage>, SerializedSource<TMessage>>
{
    /// <param name="queue">The attached queue, with its serializer.</param>
    protected WaitingSerializedQueue(SerializedHandle<TMessage> queue)
        : base(new(SerializedHandle<TMessage>.SlotsOf(queue)), new(SerializedHandle<TMessage>.MessagesOf(queue)))
    {
    }
}

/// <summary>
/// A queue of serialized messages that can also displace: what an emitted queue with <see cref="Overflow.Any"/> inherits.
/// </summary>
/// <typeparam name="TMessage">The message.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class SerializedQueue<TMessage> : WaitingSerializedQueue<TMessage>, IShmDisplacing<TMessage>
{
    /// <param name="queue">The attached queue, with its serializer.</param>
    protected SerializedQueue(SerializedHandle<TMessage> queue)
        : base(queue)
    {
    }

    /// <inheritdoc/>
    public bool EnqueueShift(in TMessage message) => Sink.Slots.EnqueueShift(in message);

    /// <inheritdoc/>
    public bool EnqueueShift(in TMessage message, [MaybeNullWhen(false)] out TMessage displaced) =>
        Sink.Slots.EnqueueShift(in message, out displaced);
}

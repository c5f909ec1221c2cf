using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace TypedShmQueue;

/// <summary>The side of a queue that sends.</summary>
/// <remarks>
/// Many threads may send at a time. Where the queue has one producer, one handle at a time is the producer, and one thread of it at a time
/// sends; a pending asynchronous call counts as one. No member allocates, except that a serializer may, and those that make a channel.
/// </remarks>
/// <typeparam name="T">The message.</typeparam>
public interface IShmProducer<T>
{
    /// <summary>Sends a message; waits while the queue is full.</summary>
    /// <param name="message">The message. It is copied, or serialized, before the call returns.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The wait was cancelled. The message was not sent.</exception>
    /// <exception cref="ShmQueueCompletedException">The queue was completed.</exception>
    /// <exception cref="ShmQueueLimitException">Too many threads of this handle enqueue.</exception>
    /// <exception cref="ShmQueueRoleTakenException">The queue has one producer, and another handle is the producer.</exception>
    /// <exception cref="InvalidOperationException">
    /// The queue has one producer, and another thread is enqueuing with this handle, or its writer is still open.
    /// </exception>
    /// <exception cref="ArgumentNullException">The message is null.</exception>
    /// <exception cref="ShmQueueMessageTooLargeException">The serialized message takes more bytes than a slot holds. It was not
    /// sent.</exception>
    /// <exception cref="ObjectDisposedException">This handle was disposed.</exception>
    [OverloadResolutionPriority(1)]
    void Enqueue(in T message, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sends messages in their order; waits while the queue is full. If the call throws midway, the messages before that point stay sent.
    /// </summary>
    /// <param name="messages">The messages. They are copied, or serialized, before the call returns.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <inheritdoc cref="Enqueue(in T, CancellationToken)" path="/exception"/>
    void Enqueue(ReadOnlySpan<T> messages, CancellationToken cancellationToken = default);

    /// <summary>Sends a message if there is room. Never waits.</summary>
    /// <param name="message">The message. It is copied, or serialized, before the call returns.</param>
    /// <returns>Whether it was sent; false if the queue is full.</returns>
    /// <exception cref="ShmQueueCompletedException">The queue was completed.</exception>
    /// <exception cref="ShmQueueLimitException">Too many threads of this handle enqueue.</exception>
    /// <exception cref="ShmQueueRoleTakenException">The queue has one producer, and another handle is the producer.</exception>
    /// <exception cref="InvalidOperationException">
    /// The queue has one producer, and another thread is enqueuing with this handle, or its writer is still open.
    /// </exception>
    /// <exception cref="ArgumentNullException">The message is null.</exception>
    /// <exception cref="ShmQueueMessageTooLargeException">The serialized message takes more bytes than a slot holds. It was not
    /// sent.</exception>
    /// <exception cref="ObjectDisposedException">This handle was disposed.</exception>
    [OverloadResolutionPriority(1)]
    bool TryEnqueue(in T message);

    /// <summary>Sends a message; waits for room, but not longer than the timeout.</summary>
    /// <param name="message">The message. It is copied, or serialized, before the call returns.</param>
    /// <param name="timeout">The longest wait; zero for none, <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <returns>Whether it was sent; false if the queue stayed full.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <inheritdoc cref="TryEnqueue(in T)" path="/exception"/>
    bool TryEnqueue(in T message, TimeSpan timeout);

    /// <summary>Sends as many messages as there is room for, in their order. Never waits.</summary>
    /// <param name="messages">The messages. They are copied, or serialized, before the call returns.</param>
    /// <returns>How many were sent, from 0 to all.</returns>
    /// <inheritdoc cref="TryEnqueue(in T)" path="/exception"/>
    int TryEnqueue(ReadOnlySpan<T> messages);

    /// <summary>
    /// Sends a message; waits while the queue is full, without blocking a thread. Calls that wait are served in their order.
    /// </summary>
    /// <param name="message">The message. It is copied, or serialized, before the call returns or while it is pending.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A pooled task: await it exactly once. It fails with the exceptions listed below; the call itself does not throw.</returns>
    /// <inheritdoc cref="Enqueue(in T, CancellationToken)" path="/exception"/>
    ValueTask EnqueueAsync(T message, CancellationToken cancellationToken = default);

    /// <summary>
    /// Waits until there is room for a message, without blocking a thread: true; or the queue is completed: false. Another producer may
    /// take the room first.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A pooled task: await it exactly once. It fails with the exceptions listed below; the call itself does not throw.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">This handle was disposed.</exception>
    ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// The sending side for code that writes to a channel. Completing the channel completes the queue, for all processes.
    /// </summary>
    /// <returns>A view of this handle: it ends with the handle, and needs no disposal.</returns>
    ChannelWriter<T> AsChannelWriter();
}

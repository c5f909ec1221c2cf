using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace TypedShmQueue;

/// <summary>
/// The side that takes messages: of a queue, which hands out its oldest message next, or a subscription to one, which goes on at its
/// position.
/// </summary>
/// <remarks>
/// Many threads may take from a queue at a time. Where the queue has one consumer, one handle at a time is the consumer, and one thread of
/// it at a time takes. A subscription belongs to one thread at a time. A pending asynchronous call counts as a thread. No member allocates,
/// except that a serializer may, and those that make a stream or a channel.
/// </remarks>
/// <typeparam name="T">The message.</typeparam>
public interface IShmConsumer<T> : IShmWaitable
{
    /// <summary>Takes the next message; waits while there is none.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The message.</returns>
    /// <remarks>If a serializer cannot read the message, its exception reaches the caller, and the message is gone.</remarks>
    /// <exception cref="OperationCanceledException">The wait was cancelled. No message was taken.</exception>
    /// <exception cref="ShmQueueCompletedException">The queue was completed and every message has been taken.</exception>
    /// <exception cref="ShmQueueRoleTakenException">The queue has one consumer, and another handle is the consumer.</exception>
    /// <exception cref="InvalidOperationException">The queue has one consumer, and another thread is dequeuing with this
    /// handle.</exception>
    /// <exception cref="ObjectDisposedException">This handle was disposed.</exception>
    T Dequeue(CancellationToken cancellationToken = default);

    /// <summary>Takes at least one message, and as many as are there and fit; waits while there is none.</summary>
    /// <param name="destination">Where the messages go, in their order; at least one element.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many were taken, from 1.</returns>
    /// <remarks>
    /// The batch ends before a message that a serializer cannot read. If that is the first, it is gone, and the serializer's exception
    /// reaches the caller.
    /// </remarks>
    /// <exception cref="ArgumentException">The destination is empty.</exception>
    /// <inheritdoc cref="Dequeue(CancellationToken)" path="/exception"/>
    int Dequeue(Span<T> destination, CancellationToken cancellationToken = default);

    /// <summary>Takes the next message if there is one. Never waits.</summary>
    /// <param name="message">The message, or default if there is none.</param>
    /// <returns>Whether there was one.</returns>
    /// <remarks>If a serializer cannot read the message, its exception reaches the caller, and the message is gone.</remarks>
    /// <exception cref="ShmQueueRoleTakenException">The queue has one consumer, and another handle is the consumer.</exception>
    /// <exception cref="InvalidOperationException">The queue has one consumer, and another thread is dequeuing with this
    /// handle.</exception>
    /// <exception cref="ObjectDisposedException">This handle was disposed.</exception>
    bool TryDequeue([MaybeNullWhen(false)] out T message);

    /// <summary>Takes the next message; waits for one, but not longer than the timeout.</summary>
    /// <param name="message">The message, or default if there is none.</param>
    /// <param name="timeout">The longest wait; zero for none, <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <returns>Whether there was one; false at once if the queue is completed and empty.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <inheritdoc cref="TryDequeue(out T)" path="/exception|/remarks"/>
    bool TryDequeue([MaybeNullWhen(false)] out T message, TimeSpan timeout);

    /// <summary>Takes as many messages as are there and fit. Never waits.</summary>
    /// <param name="destination">Where the messages go, in their order.</param>
    /// <returns>How many were taken; 0 if there was none.</returns>
    /// <inheritdoc cref="Dequeue(Span{T}, CancellationToken)" path="/remarks"/>
    /// <inheritdoc cref="TryDequeue(out T)" path="/exception"/>
    int TryDequeue(Span<T> destination);

    /// <summary>Takes as many messages as are there and fit; waits for the first of them, but not longer than the timeout.</summary>
    /// <param name="destination">Where the messages go, in their order.</param>
    /// <param name="timeout">The longest wait; zero for none, <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <returns>How many were taken; 0 if there was none, or at once if the queue is completed and empty.</returns>
    /// <inheritdoc cref="TryDequeue(out T, TimeSpan)" path="/exception"/>
    /// <inheritdoc cref="Dequeue(Span{T}, CancellationToken)" path="/remarks"/>
    int TryDequeue(Span<T> destination, TimeSpan timeout);

    /// <summary>Reads the next message and leaves it the next. Never waits.</summary>
    /// <param name="message">The message, or default if there is none.</param>
    /// <returns>Whether there was one.</returns>
    /// <remarks>If a serializer cannot read the message, its exception reaches the caller.</remarks>
    /// <inheritdoc cref="TryDequeue(out T)" path="/exception"/>
    bool TryPeek([MaybeNullWhen(false)] out T message);

    /// <summary>
    /// Takes the next message; waits while there is none, without blocking a thread. Calls that wait are served in their order.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A pooled task: await it exactly once. It fails with the exceptions listed below; the call itself does not throw.</returns>
    /// <inheritdoc cref="Dequeue(CancellationToken)" path="/exception|/remarks"/>
    ValueTask<T> DequeueAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Waits until there is a message, without blocking a thread: true; or the queue is completed and empty: false. Another consumer may
    /// take the message first.
    /// </summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A pooled task: await it exactly once. It fails with the exceptions listed below; the call itself does not throw.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    /// <inheritdoc cref="TryDequeue(out T)" path="/exception"/>
    ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default);

    /// <summary>Takes messages as they come; ends when the queue is completed and empty. Blocks no thread while there is none.</summary>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <returns>The messages. Leaving the loop early loses none.</returns>
    /// <inheritdoc cref="Dequeue(CancellationToken)" path="/exception|/remarks"/>
    IAsyncEnumerable<T> ReadAllAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// The taking side for code that reads from a channel. The end of the queue is the channel's completion, once a read has met it.
    /// </summary>
    /// <returns>A view of this handle: it ends with the handle, and needs no disposal.</returns>
    ChannelReader<T> AsChannelReader();
}

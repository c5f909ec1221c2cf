namespace TypedShmQueue.Hosting;

/// <summary>What a program does with each message of a queue. An instance is made for each call, in a scope of its own.</summary>
/// <remarks>
/// A message above 128 KB comes on a thread of its own, whose stack has room for four copies of it; the thread ends when the call first
/// waits.
/// </remarks>
/// <typeparam name="T">The message.</typeparam>
public interface IShmQueueHandler<T>
{
    /// <summary>Handles a message. What it throws is met by <see cref="ShmQueueHandlerOptions.OnError"/>.</summary>
    /// <param name="message">
    /// The message. With acknowledged delivery it stays in the queue until the call has returned; otherwise it is in no queue any more.
    /// </param>
    /// <param name="cancellationToken">Cancelled when the host has waited for <see cref="ShmQueueHandlerOptions.StopTimeout"/>, not when it
    /// begins to stop.</param>
    ValueTask HandleAsync(T message, CancellationToken cancellationToken);
}

/// <summary>
/// A handler that takes as many messages at a time as there are, up to <see cref="ShmQueueHandlerOptions.MaxBatchSize"/>.
/// </summary>
/// <typeparam name="T">The message, of 65,535 bytes at most: no array holds a larger one.</typeparam>
public interface IShmQueueBatchHandler<T> : IShmQueueHandler<T>
{
    /// <summary>
    /// Handles messages, oldest first, at least one. What it throws is met by <see cref="ShmQueueHandlerOptions.OnError"/>, for all of
    /// them.
    /// </summary>
    /// <param name="messages">The messages; the memory is used again when the call has ended.</param>
    /// <param name="cancellationToken">Cancelled when the host has waited for <see cref="ShmQueueHandlerOptions.StopTimeout"/>, not when it
    /// begins to stop.</param>
    ValueTask HandleAsync(ReadOnlyMemory<T> messages, CancellationToken cancellationToken);

    ValueTask IShmQueueHandler<T>.HandleAsync(T message, CancellationToken cancellationToken) =>
        HandleAsync(new[] { message }, cancellationToken);
}

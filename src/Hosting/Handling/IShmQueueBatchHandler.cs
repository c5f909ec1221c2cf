namespace TypedShmQueue.Hosting;

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

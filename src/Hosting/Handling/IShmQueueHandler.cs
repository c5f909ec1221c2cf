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
    /// <param name="message">The message; it is in no queue any more.</param>
    /// <param name="cancellationToken">Cancelled when the host has waited for <see cref="ShmQueueHandlerOptions.StopTimeout"/>, not when it
    /// begins to stop.</param>
    ValueTask HandleAsync(T message, CancellationToken cancellationToken);
}

using System.Runtime.InteropServices;

namespace TypedShmQueue.Hosting;

/// <summary>
/// A handler of a queue with acknowledged delivery, or of a group, that wants to know which message it has, and how often it was delivered:
/// to recognize one that was handled before, or to do it another way the last time.
/// </summary>
/// <typeparam name="T">The message.</typeparam>
public interface IShmLeaseHandler<T> : IShmQueueHandler<T>
{
    /// <summary>Handles a message. What it throws is met by <see cref="ShmQueueHandlerOptions.OnError"/>.</summary>
    /// <param name="message">The message; it stays in the queue until the call has returned.</param>
    /// <param name="delivery">Which message it is, and which of its deliveries.</param>
    /// <param name="cancellationToken">Cancelled when the host has waited for <see cref="ShmQueueHandlerOptions.StopTimeout"/>, not when it
    /// begins to stop.</param>
    ValueTask HandleAsync(T message, ShmDelivery delivery, CancellationToken cancellationToken);

    ValueTask IShmQueueHandler<T>.HandleAsync(T message, CancellationToken cancellationToken) => throw new NotSupportedException(
        $"{GetType().Name} is called without a delivery. Only the service that AddShmQueueHandler adds may call it.");
}

/// <summary>One delivery of a message.</summary>
/// <param name="Position">The message's position, as <see cref="IShmLease.Position"/>: it keeps it, and no other message of the queue
/// gets it.</param>
/// <param name="Deliveries">Which delivery of the message this is, as <see cref="IShmLease.Deliveries"/>: 1 the first time.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ShmDelivery(long Position, int Deliveries);

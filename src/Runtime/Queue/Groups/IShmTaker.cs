namespace TypedShmQueue;

/// <summary>
/// Takes messages under leases: from a queue with acknowledged delivery, or as a member of a group of a broadcast queue. Any number of
/// threads may call it at a time.
/// </summary>
/// <typeparam name="TLease">The emitted lease.</typeparam>
/// <remarks>
/// Messages that were given back, and those of workers that died, come before new ones. New ones come in the order in which they were sent.
/// </remarks>
public interface IShmTaker<TLease> : IShmWaitable
    where TLease : struct, IShmLease
{
    /// <summary>
    /// Whether the queue was completed and every message is settled. Until then a message that somebody works on may come back.
    /// </summary>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    bool IsCompleted { get; }

    /// <summary>Takes a message; waits for one.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The lease.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    /// <exception cref="ShmQueueCompletedException">The queue was completed, and every message is settled.</exception>
    /// <exception cref="ShmQueueLimitException">Too many leases are open (<see cref="ShmQueueOptions.MaxLeases"/>).</exception>
    /// <exception cref="ShmQueueDeadLetterException">A message was delivered too often, and the dead-letter queue takes
    /// nothing.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    TLease Take(CancellationToken cancellationToken = default);

    /// <summary>Takes a message if there is one. Never waits.</summary>
    /// <param name="lease">The lease, or the default.</param>
    /// <returns>Whether there was a message.</returns>
    /// <exception cref="ShmQueueLimitException">Too many leases are open (<see cref="ShmQueueOptions.MaxLeases"/>).</exception>
    /// <exception cref="ShmQueueDeadLetterException">A message was delivered too often, and the dead-letter queue takes
    /// nothing.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    bool TryTake(out TLease lease);

    /// <summary>Takes a message; waits for one, but not longer than the timeout.</summary>
    /// <param name="lease">The lease, or the default.</param>
    /// <param name="timeout">The longest wait; zero for none, <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <returns>Whether there was a message; false also once the queue is completed and every message is settled.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is negative, and not
    /// <see cref="Timeout.InfiniteTimeSpan"/>.</exception>
    /// <exception cref="ShmQueueLimitException">Too many leases are open (<see cref="ShmQueueOptions.MaxLeases"/>).</exception>
    /// <exception cref="ShmQueueDeadLetterException">A message was delivered too often, and the dead-letter queue takes
    /// nothing.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    bool TryTake(out TLease lease, TimeSpan timeout);

    /// <summary>Takes at least one message, and as many as there are and fit; waits for the first.</summary>
    /// <param name="leases">Receives the leases.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many were taken.</returns>
    /// <exception cref="ArgumentException"><paramref name="leases"/> is empty.</exception>
    /// <inheritdoc cref="Take(CancellationToken)" path="/exception"/>
    int Take(Span<TLease> leases, CancellationToken cancellationToken = default);

    /// <summary>Takes as many messages as there are and fit. Never waits.</summary>
    /// <param name="leases">Receives the leases.</param>
    /// <returns>How many were taken.</returns>
    /// <inheritdoc cref="TryTake(out TLease)" path="/exception"/>
    int TryTake(Span<TLease> leases);

    /// <summary>Takes as many messages as there are and fit; waits for the first, but not longer than the timeout.</summary>
    /// <param name="leases">Receives the leases.</param>
    /// <param name="timeout">The longest wait; zero for none, <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <returns>How many were taken.</returns>
    /// <inheritdoc cref="TryTake(out TLease, TimeSpan)" path="/exception"/>
    int TryTake(Span<TLease> leases, TimeSpan timeout);

    /// <summary>
    /// Acknowledges messages, as <see cref="IShmLease.Acknowledge"/> does one: in less time where they were taken together, and are in
    /// their order. Makes no system call unless a producer must be woken.
    /// </summary>
    /// <param name="leases">Leases of this queue or group, none of them settled.</param>
    /// <returns>
    /// How many were acknowledged. Of the others the <see cref="ShmQueueOptions.LeaseTimeout"/> had passed, and they went to others.
    /// </returns>
    /// <exception cref="ArgumentException">One of the leases is of another queue, or holds no message. Nothing is acknowledged.</exception>
    /// <exception cref="InvalidOperationException">One of them was settled before. Those before it are acknowledged.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed, so the messages went to others.</exception>
    int Acknowledge(ReadOnlySpan<TLease> leases);

    /// <summary>Takes a message without holding a thread while it waits.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The lease. Await it once.</returns>
    /// <inheritdoc cref="Take(CancellationToken)" path="/exception"/>
    ValueTask<TLease> TakeAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes messages until the queue is completed and every message is settled. Settle each lease, in the loop or later.
    /// </summary>
    /// <param name="cancellationToken">Ends the stream.</param>
    /// <returns>The leases.</returns>
    /// <inheritdoc cref="Take(CancellationToken)" path="/exception"/>
    IAsyncEnumerable<TLease> ReadAllLeasesAsync(CancellationToken cancellationToken = default);
}

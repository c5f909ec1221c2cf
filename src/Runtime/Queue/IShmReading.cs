namespace TypedShmQueue;

/// <summary>
/// A consumer that can read messages in their slots, without copying them. Subscriptions to unmanaged messages are, and queues of
/// unmanaged messages with <see cref="Endpoints.One"/> consumer.
/// </summary>
/// <remarks>
/// <para>A call finds messages, and the reader's <see cref="SlotReader{T}.Release"/> takes them and wakes producers. Until then they are
/// still the next ones: another call finds the same, and a consumer that dies has taken nothing.</para>
/// <para>Where producers may overtake the reader, <see cref="SlotReader{T}"/> says when, reading is optimistic: only Release tells whether
/// what was read is valid.</para>
/// </remarks>
/// <typeparam name="T">The message.</typeparam>
public interface IShmReading<T>
    where T : unmanaged
{
    /// <summary>Finds the next messages, to be read in their slots. Never waits.</summary>
    /// <param name="reader">The messages, or none.</param>
    /// <param name="most">The most messages to find, from 1. No more are found than the queue has slots.</param>
    /// <returns>Whether there was one.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="most"/> is less than 1.</exception>
    /// <exception cref="ShmQueueRoleTakenException">Another handle is the consumer.</exception>
    /// <exception cref="InvalidOperationException">Another thread is inside a call that takes, of this handle or subscription.</exception>
    /// <exception cref="ShmQueueCorruptException">Something else wrote to the queue's file.</exception>
    /// <exception cref="ObjectDisposedException">This handle or subscription was disposed.</exception>
    bool TryRead(out SlotReader<T> reader, int most = int.MaxValue);

    /// <summary>Finds the next messages, to be read in their slots; waits for the first of them, but not longer than the timeout.</summary>
    /// <param name="reader">The messages, or none.</param>
    /// <param name="timeout">The longest wait; zero for none, <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <param name="most">The most messages to find, from 1. No more are found than the queue has slots.</param>
    /// <returns>Whether there was one; false also once the queue is completed and nothing is left.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeout"/> is negative, and not
    /// <see cref="Timeout.InfiniteTimeSpan"/>; or <paramref name="most"/> is less than 1.</exception>
    /// <exception cref="ShmQueueRoleTakenException">Another handle is the consumer.</exception>
    /// <exception cref="InvalidOperationException">Another thread is inside a call that takes, of this handle or subscription.</exception>
    /// <exception cref="ShmQueueCorruptException">Something else wrote to the queue's file.</exception>
    /// <exception cref="ObjectDisposedException">This handle or subscription was disposed, before the call or while it waited.</exception>
    bool TryRead(out SlotReader<T> reader, TimeSpan timeout, int most = int.MaxValue);

    /// <summary>Finds the next messages, to be read in their slots; waits for the first of them.</summary>
    /// <param name="reader">The messages: at least one, and as many as there are.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <inheritdoc cref="Read(out SlotReader{T}, int, CancellationToken)" path="/exception"/>
    void Read(out SlotReader<T> reader, CancellationToken cancellationToken = default);

    /// <summary>Finds the next messages, to be read in their slots; waits for the first of them.</summary>
    /// <param name="reader">The messages: at least one, and as many as there are, up to <paramref name="most"/>.</param>
    /// <param name="most">The most messages to find, from 1. No more are found than the queue has slots.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="most"/> is less than 1.</exception>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    /// <exception cref="ShmQueueCompletedException">The queue was completed, and nothing is left.</exception>
    /// <exception cref="ShmQueueRoleTakenException">Another handle is the consumer.</exception>
    /// <exception cref="InvalidOperationException">Another thread is inside a call that takes, of this handle or subscription.</exception>
    /// <exception cref="ShmQueueCorruptException">Something else wrote to the queue's file.</exception>
    /// <exception cref="ObjectDisposedException">This handle or subscription was disposed, before the call or while it waited.</exception>
    void Read(out SlotReader<T> reader, int most, CancellationToken cancellationToken = default);
}

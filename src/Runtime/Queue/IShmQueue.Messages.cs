using System.Diagnostics.CodeAnalysis;

namespace TypedShmQueue;

/// <summary>What every emitted queue of an unmanaged <typeparamref name="T"/> can do: write code once for all queues.</summary>
/// <typeparam name="TSelf">The emitted queue type.</typeparam>
/// <typeparam name="T">The message.</typeparam>
/// <remarks>
/// All members are safe to call from any thread, with one exception: a role declared <see cref="Endpoints.One"/> belongs to one
/// thread at a time; a pending asynchronous call counts as one. No member allocates except the lifetime calls,
/// <see cref="IShmQueue{TSelf}.GetStatistics"/>, and what makes a stream or a channel adapter. Asynchronous calls are pooled: await what
/// they return once.
/// </remarks>
[SuppressMessage("Naming", "CA1716:Identifiers should not match keywords", Justification = "The names are the published contract.")]
public interface IShmQueue<TSelf, T> : IShmQueue<TSelf>, IShmProducer<T>, IShmConsumer<T>
    where TSelf : class, IShmQueue<TSelf, T>
    where T : unmanaged
{
    /// <summary>Claims a slot to write a message in place, if there is room. Never waits.</summary>
    /// <param name="writer">
    /// The slot. Nothing is sent until it is committed, and consumers wait behind it until it is committed or disposed.
    /// </param>
    /// <returns>Whether a slot was claimed; false if the queue is full.</returns>
    /// <inheritdoc cref="IShmProducer{T}.TryEnqueue(in T)" path="/exception"/>
    bool TryClaim(out SlotWriter<T> writer);

    /// <summary>
    /// Claims up to so many slots in a row, to write messages in place and to publish them together, if there is room for one. Never waits.
    /// </summary>
    /// <param name="most">The most slots to claim, from 1. No more are claimed than are free.</param>
    /// <param name="span">
    /// The slots. Nothing is sent until they are published, and consumers wait behind them until they are published or disposed.
    /// </param>
    /// <returns>Whether any slot was claimed; false if the queue is full.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="most"/> is less than 1.</exception>
    /// <inheritdoc cref="IShmProducer{T}.TryEnqueue(in T)" path="/exception"/>
    bool TryClaim(int most, out SlotSpan<T> span);

    /// <summary>Claims a slot to write a message in place; waits for room, but not longer than the timeout.</summary>
    /// <param name="writer">The slot, as for <see cref="TryClaim(out SlotWriter{T})"/>.</param>
    /// <param name="timeout">The longest wait; zero for none, <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <returns>Whether a slot was claimed; false if the queue stayed full.</returns>
    /// <inheritdoc cref="IShmProducer{T}.TryEnqueue(in T, TimeSpan)" path="/exception"/>
    bool TryClaim(out SlotWriter<T> writer, TimeSpan timeout);

    /// <summary>Claims a slot to write a message in place; waits while the queue is full.</summary>
    /// <param name="writer">The slot, as for <see cref="TryClaim(out SlotWriter{T})"/>.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <inheritdoc cref="IShmProducer{T}.Enqueue(in T, CancellationToken)" path="/exception"/>
    void Claim(out SlotWriter<T> writer, CancellationToken cancellationToken = default);
}

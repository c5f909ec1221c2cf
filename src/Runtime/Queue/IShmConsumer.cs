using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace TypedShmQueue;

/// <summary>The side that takes messages: of a queue, or a subscription to one.</summary>
/// <typeparam name="T">The message.</typeparam>
public interface IShmConsumer<T>
{
    /// <summary>Takes the oldest message; waits while the queue is empty.</summary>
    T Dequeue(CancellationToken cancellationToken = default);

    /// <summary>Takes at least one message and as many as fit; waits while the queue is empty.</summary>
    int Dequeue(Span<T> destination, CancellationToken cancellationToken = default);

    /// <summary>Takes the oldest message if there is one. Never waits.</summary>
    bool TryDequeue([MaybeNullWhen(false)] out T message);

    /// <summary>Takes the oldest message, waiting at most <paramref name="timeout"/> for one.</summary>
    bool TryDequeue([MaybeNullWhen(false)] out T message, TimeSpan timeout);

    /// <summary>Takes as many messages as there are and fit, and says how many. Never waits.</summary>
    int TryDequeue(Span<T> destination);

    /// <summary>Reads the oldest message without taking it. Never waits.</summary>
    bool TryPeek([MaybeNullWhen(false)] out T message);

    /// <summary>Takes the oldest message; waits while the queue is empty, without blocking a thread.</summary>
    ValueTask<T> DequeueAsync(CancellationToken cancellationToken = default);

    /// <summary>Waits until there is a message to take: true; or the queue is completed and empty: false.</summary>
    ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default);

    /// <summary>Takes messages as they come, until the queue is completed and empty.</summary>
    IAsyncEnumerable<T> ReadAllAsync(CancellationToken cancellationToken = default);

    /// <summary>The same messages for code that reads from a channel.</summary>
    ChannelReader<T> AsChannelReader();
}

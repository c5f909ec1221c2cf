using System.Threading.Channels;

namespace TypedShmQueue;

/// <summary>The side of a queue that sends.</summary>
/// <typeparam name="T">The message.</typeparam>
public interface IShmProducer<T>
{
    /// <summary>Sends a message; waits while the queue is full.</summary>
    void Enqueue(in T message, CancellationToken cancellationToken = default);

    /// <summary>Sends messages in order; waits while the queue is full.</summary>
    void Enqueue(ReadOnlySpan<T> messages, CancellationToken cancellationToken = default);

    /// <summary>Sends a message if there is room. Never waits.</summary>
    bool TryEnqueue(in T message);

    /// <summary>Sends a message, waiting at most <paramref name="timeout"/> for room.</summary>
    bool TryEnqueue(in T message, TimeSpan timeout);

    /// <summary>Sends as many messages as there is room for, in order, and says how many. Never waits.</summary>
    int TryEnqueue(ReadOnlySpan<T> messages);

    /// <summary>Sends a message; waits while the queue is full, without blocking a thread.</summary>
    ValueTask EnqueueAsync(T message, CancellationToken cancellationToken = default);

    /// <summary>Waits until there is room for a message: true; or the queue is completed: false.</summary>
    ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default);

    /// <summary>The sending side for code that writes to a channel. Completing the channel completes the queue.</summary>
    ChannelWriter<T> AsChannelWriter();
}

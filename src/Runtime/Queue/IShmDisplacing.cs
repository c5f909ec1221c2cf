using System.Diagnostics.CodeAnalysis;

namespace TypedShmQueue;

/// <summary>
/// A producer that can make room in a full queue by displacing its oldest message. Queues declared with <see cref="Overflow.Any"/> are.
/// </summary>
/// <typeparam name="T">The message.</typeparam>
public interface IShmDisplacing<T> : IShmProducer<T>
{
    /// <summary>Sends a message; if the queue is full, displaces the oldest one. Does not wait for a consumer.</summary>
    /// <param name="message">The message. It is copied, or serialized, before the call returns.</param>
    /// <returns>Whether a message was displaced.</returns>
    /// <inheritdoc cref="IShmProducer{T}.TryEnqueue(in T)" path="/exception"/>
    bool EnqueueShift(in T message);

    /// <summary>Sends a message; if the queue is full, displaces the oldest one and hands it out. Does not wait for a consumer.</summary>
    /// <param name="message">The message. It is copied, or serialized, before the call returns.</param>
    /// <param name="displaced">The displaced message, or default if there was room.</param>
    /// <returns>Whether a message was displaced.</returns>
    /// <exception cref="ShmQueueDisplacedMessageException">The message was sent. A serializer could not read the displaced one, and it is
    /// lost.</exception>
    /// <inheritdoc cref="IShmProducer{T}.TryEnqueue(in T)" path="/exception"/>
    bool EnqueueShift(in T message, [MaybeNullWhen(false)] out T displaced);
}

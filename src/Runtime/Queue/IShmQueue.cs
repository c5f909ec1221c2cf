using System.Diagnostics.CodeAnalysis;

namespace TypedShmQueue;

/// <summary>What every emitted queue of <typeparamref name="T"/> can do: write code once for all queues.</summary>
/// <typeparam name="TSelf">The emitted queue type.</typeparam>
/// <typeparam name="T">The message.</typeparam>
/// <remarks>
/// All members are safe to call from any thread, with one exception: a role declared <see cref="Endpoints.One"/> belongs to one
/// thread at a time. No member allocates except the lifetime calls and <see cref="Statistics"/>.
/// </remarks>
[SuppressMessage("Naming", "CA1716:Identifiers should not match keywords", Justification = "The names are the published contract.")]
public interface IShmQueue<TSelf, T> : IDisposable
    where TSelf : class, IShmQueue<TSelf, T>
    where T : unmanaged
{
    /// <summary>Bytes of one message.</summary>
    static abstract int SlotSize { get; }

    /// <summary>Slots of a queue that is created without <see cref="ShmQueueOptions.Capacity"/>.</summary>
    static abstract int DefaultCapacity { get; }

    /// <summary>The 64-bit hash of <see cref="Schema"/>; queues with different ids do not open each other.</summary>
    static abstract ulong SchemaId { get; }

    /// <summary>The message's layout as UTF-8 text: every field's path, type, offset and size.</summary>
    static abstract ReadOnlySpan<byte> Schema { get; }

    /// <summary>Creates the queue. Throws <see cref="ShmQueueExistsException"/> if the name is taken.</summary>
    static abstract TSelf Create(string name, ShmQueueOptions? options = null);

    /// <summary>Opens an existing queue. Throws <see cref="ShmQueueNotFoundException"/> if there is none.</summary>
    static abstract TSelf Open(string name, ShmQueueOptions? options = null);

    /// <summary>Opens the queue, or creates it if there is none.</summary>
    static abstract TSelf OpenOrCreate(string name, ShmQueueOptions? options = null);

    /// <summary>Opens the queue if it exists. False only if there is none; every other trouble throws.</summary>
    static abstract bool TryOpen(string name, [NotNullWhen(true)] out TSelf? queue, ShmQueueOptions? options = null);

    /// <summary>Whether a queue file of that name exists.</summary>
    static abstract bool Exists(string name, ShmQueueOptions? options = null);

    /// <summary>Deletes the queue of that name: the name is free at once, the memory when the last process closes it. False if there is none.</summary>
    static abstract bool Delete(string name, ShmQueueOptions? options = null);

    /// <summary>The queue's name.</summary>
    string Name { get; }

    /// <summary>Slots: the most messages the queue can hold.</summary>
    int Capacity { get; }

    /// <summary>Messages in the queue at this instant; a snapshot that may be old when it is read.</summary>
    int Count { get; }

    /// <summary>Whether there is no message at this instant.</summary>
    bool IsEmpty { get; }

    /// <summary>Whether <see cref="Complete"/> was called and every message has been taken.</summary>
    bool IsCompleted { get; }

    /// <summary>Whether the queue has been deleted; it still works for those who are attached.</summary>
    bool IsDeleted { get; }

    /// <summary>Counts and participants at this instant. Allocates; makes a system call per participant.</summary>
    ShmQueueStatistics Statistics { get; }

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

    /// <summary>Claims a slot to write in place, if there is room. Never waits.</summary>
    bool TryClaim(out SlotWriter<T> writer);

    /// <summary>Takes the oldest message; waits while the queue is empty.</summary>
    T Dequeue(CancellationToken cancellationToken = default);

    /// <summary>Takes at least one message and as many as fit; waits while the queue is empty.</summary>
    int Dequeue(Span<T> destination, CancellationToken cancellationToken = default);

    /// <summary>Takes the oldest message if there is one. Never waits.</summary>
    bool TryDequeue(out T message);

    /// <summary>Takes the oldest message, waiting at most <paramref name="timeout"/> for one.</summary>
    bool TryDequeue(out T message, TimeSpan timeout);

    /// <summary>Takes as many messages as there are and fit, and says how many. Never waits.</summary>
    int TryDequeue(Span<T> destination);

    /// <summary>Reads the oldest message without taking it. Never waits.</summary>
    bool TryPeek(out T message);

    /// <summary>Ends the stream: no more messages; what is left is still delivered.</summary>
    void Complete();

    /// <summary>Deletes the queue, as the static Delete does; this handle stays attached until disposed.</summary>
    void Delete();
}

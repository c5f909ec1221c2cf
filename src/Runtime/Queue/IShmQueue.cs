using System.Diagnostics.CodeAnalysis;

namespace TypedShmQueue;

/// <summary>What every emitted queue can do, whatever its messages and its delivery: be made, found, looked at and removed.</summary>
/// <typeparam name="TSelf">The emitted queue type.</typeparam>
[SuppressMessage("Naming", "CA1716:Identifiers should not match keywords", Justification = "The names are the published contract.")]
public interface IShmQueue<TSelf> : IDisposable
    where TSelf : class, IShmQueue<TSelf>
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

    /// <summary>
    /// Whether the queue has been deleted, or its file was taken away in another way (rm, logind's RemoveIPC, a cleaner of /dev/shm), moved or replaced.
    /// It still works for those who are attached, and no other process finds it. Makes up to four system calls.
    /// </summary>
    bool IsDeleted { get; }

    /// <summary>Counts and participants at this instant. Allocates; makes a system call per participant.</summary>
    ShmQueueStatistics Statistics { get; }

    /// <summary>Ends the stream: no more messages; what is left is still delivered.</summary>
    void Complete();

    /// <summary>Deletes the queue, as the static Delete does; this handle stays attached until disposed.</summary>
    void Delete();
}

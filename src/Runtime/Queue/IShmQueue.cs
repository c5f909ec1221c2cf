using System.Diagnostics.CodeAnalysis;

namespace TypedShmQueue;

/// <summary>What every emitted queue can do, whatever its messages and its delivery: be made, found, looked at and removed.</summary>
/// <typeparam name="TSelf">The emitted queue type.</typeparam>
[SuppressMessage("Naming", "CA1716:Identifiers should not match keywords", Justification = "The names are the published contract.")]
public interface IShmQueue<TSelf> : IDisposable
    where TSelf : class, IShmQueue<TSelf>
{
    /// <summary>Bytes of one message; of serialized messages, the most bytes of one.</summary>
    static abstract int MessageSize { get; }

    /// <summary>Bytes that one slot takes in the ring: a message, the word that says whether it is there, and rounding.</summary>
    static abstract int SlotSize { get; }

    /// <summary>Slots of a queue that is created without <see cref="ShmQueueOptions.Capacity"/>.</summary>
    static abstract int DefaultCapacity { get; }

    /// <summary>The 64-bit hash of <see cref="Schema"/>; queues with different ids do not open each other.</summary>
    static abstract ulong SchemaId { get; }

    /// <summary>The message's layout as UTF-8 text: every field's path, type, offset and size.</summary>
    static abstract ReadOnlySpan<byte> Schema { get; }

    /// <summary>
    /// Creates the queue and attaches to it. Makes system calls; the memory is allocated here, so that no later write finds none.
    /// </summary>
    /// <param name="name">The queue's name: 1 to 128 of A-Z, a-z, 0-9, '.', '_' and '-', not starting with a dot.</param>
    /// <param name="options">Where the queue lives and how this handle uses it; null for the defaults.</param>
    /// <returns>A handle on the new queue.</returns>
    /// <exception cref="ArgumentException">The name or an option is not valid.</exception>
    /// <exception cref="ShmQueueExistsException">A queue of this name exists.</exception>
    /// <exception cref="ShmQueueLimitException">There is no space for the queue.</exception>
    /// <exception cref="UnauthorizedAccessException">The queue's folder belongs to another user, or is open to others.</exception>
    static abstract TSelf Create(string name, ShmQueueOptions? options = null);

    /// <summary>Attaches to an existing queue. Makes system calls.</summary>
    /// <param name="name">The queue's name: 1 to 128 of A-Z, a-z, 0-9, '.', '_' and '-', not starting with a dot.</param>
    /// <param name="options">Where the queue lives and how this handle uses it; null for the defaults.</param>
    /// <returns>A handle on the queue.</returns>
    /// <exception cref="ArgumentException">The name or an option is not valid.</exception>
    /// <exception cref="ShmQueueNotFoundException">There is no queue of this name.</exception>
    /// <exception cref="ShmQueueSchemaMismatchException">The queue holds other messages, or was declared with other roles.</exception>
    /// <exception cref="ShmQueueCorruptException">The file is not a queue, or is damaged.</exception>
    /// <exception cref="ShmQueueLimitException">No more handles can attach, or there is no space.</exception>
    /// <exception cref="UnauthorizedAccessException">The queue's folder or file belongs to another user, or is open to others.</exception>
    static abstract TSelf Open(string name, ShmQueueOptions? options = null);

    /// <summary>Attaches to the queue, and creates it if there is none. Makes system calls.</summary>
    /// <param name="name">The queue's name: 1 to 128 of A-Z, a-z, 0-9, '.', '_' and '-', not starting with a dot.</param>
    /// <param name="options">Where the queue lives and how this handle uses it; null for the defaults.</param>
    /// <returns>A handle on the queue.</returns>
    /// <exception cref="ArgumentException">The name or an option is not valid.</exception>
    /// <exception cref="ShmQueueSchemaMismatchException">The queue holds other messages, or was declared with other roles.</exception>
    /// <exception cref="ShmQueueCorruptException">The file is not a queue, or is damaged.</exception>
    /// <exception cref="ShmQueueLimitException">No more handles can attach, or there is no space.</exception>
    /// <exception cref="UnauthorizedAccessException">The queue's folder or file belongs to another user, or is open to others.</exception>
    static abstract TSelf OpenOrCreate(string name, ShmQueueOptions? options = null);

    /// <summary>Attaches to the queue if it exists. Makes system calls.</summary>
    /// <param name="name">The queue's name: 1 to 128 of A-Z, a-z, 0-9, '.', '_' and '-', not starting with a dot.</param>
    /// <param name="queue">A handle on the queue; null if there is none of this name.</param>
    /// <param name="options">Where the queue lives and how this handle uses it; null for the defaults.</param>
    /// <returns>Whether there is a queue of this name. False means only that there is none; every other problem throws.</returns>
    /// <exception cref="ArgumentException">The name or an option is not valid.</exception>
    /// <exception cref="ShmQueueSchemaMismatchException">The queue holds other messages, or was declared with other roles.</exception>
    /// <exception cref="ShmQueueCorruptException">The file is not a queue, or is damaged.</exception>
    /// <exception cref="ShmQueueLimitException">No more handles can attach, or there is no space.</exception>
    /// <exception cref="UnauthorizedAccessException">The queue's folder or file belongs to another user, or is open to others.</exception>
    static abstract bool TryOpen(string name, [NotNullWhen(true)] out TSelf? queue, ShmQueueOptions? options = null);

    /// <summary>Whether a queue of this name exists at this instant. Makes system calls.</summary>
    /// <param name="name">The queue's name: 1 to 128 of A-Z, a-z, 0-9, '.', '_' and '-', not starting with a dot.</param>
    /// <param name="options">Where the queue lives; null for the defaults.</param>
    /// <returns>Whether it exists.</returns>
    /// <exception cref="ArgumentException">The name or an option is not valid.</exception>
    static abstract bool Exists(string name, ShmQueueOptions? options = null);

    /// <summary>
    /// Deletes the queue of this name. The name is free at once; the memory is free when the last process has closed the queue. Makes
    /// system calls.
    /// </summary>
    /// <param name="name">The queue's name: 1 to 128 of A-Z, a-z, 0-9, '.', '_' and '-', not starting with a dot.</param>
    /// <param name="options">Where the queue lives; null for the defaults.</param>
    /// <returns>Whether there was a queue of this name.</returns>
    /// <exception cref="ArgumentException">The name or an option is not valid.</exception>
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
    /// Whether the queue has been deleted, or its file was taken away in another way (rm, logind's RemoveIPC, a cleaner of /dev/shm), moved
    /// or replaced. It still works for those who are attached, and no other process finds it. Makes up to four system calls.
    /// </summary>
    bool IsDeleted { get; }

    /// <summary>Returns counts and participants at this instant. Allocates, and makes a system call for each participant.</summary>
    ShmQueueStatistics GetStatistics();

    /// <summary>Writes the queue's file to the disk, and returns when the disk has it.</summary>
    void Flush();

    /// <summary>Ends the stream: no more messages; what is left is still delivered.</summary>
    void Complete();

    /// <summary>Deletes the queue, as the static Delete does; this handle stays attached until disposed.</summary>
    void Delete();
}

using System.ComponentModel;
using TypedShmQueue.Queue;

namespace TypedShmQueue.CompilerServices;

/// <summary>An attached queue, before it has its type. The factories of an emitted queue get one and pass it to the constructor.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class QueueHandle
{
    private QueueHandle(Session session) => Session = session;

    internal Session Session { get; }

    /// <summary>Creates the queue and attaches to it.</summary>
    /// <param name="contract">What the emitted type says of its messages.</param>
    /// <param name="name">The queue's name: 1 to 128 of A-Z, a-z, 0-9, '.', '_' and '-', not starting with a dot.</param>
    /// <param name="options">Where the queue lives and how this handle uses it; null for the defaults.</param>
    /// <typeparam name="TSlot">What a slot holds.</typeparam>
    /// <returns>A handle on the new queue.</returns>
    /// <exception cref="ArgumentException">The name or an option is not valid.</exception>
    /// <exception cref="ShmQueueExistsException">A queue of this name exists.</exception>
    /// <exception cref="ShmQueueLimitException">There is no space for the queue.</exception>
    public static QueueHandle Create<TSlot>(QueueContract contract, string name, ShmQueueOptions? options) where TSlot : unmanaged =>
        new(QueueOpening.Create<TSlot>(contract, name, options));

    /// <summary>Attaches to an existing queue.</summary>
    /// <param name="contract">What the emitted type says of its messages.</param>
    /// <param name="name">The queue's name: 1 to 128 of A-Z, a-z, 0-9, '.', '_' and '-', not starting with a dot.</param>
    /// <param name="options">Where the queue lives and how this handle uses it; null for the defaults.</param>
    /// <typeparam name="TSlot">What a slot holds.</typeparam>
    /// <returns>A handle on the queue.</returns>
    /// <exception cref="ArgumentException">The name or an option is not valid.</exception>
    /// <exception cref="ShmQueueNotFoundException">There is no queue of this name.</exception>
    /// <exception cref="ShmQueueSchemaMismatchException">The queue holds other messages, or was declared with other roles.</exception>
    /// <exception cref="ShmQueueCorruptException">The file is not a queue, or is damaged.</exception>
    /// <exception cref="ShmQueueLimitException">No more handles can attach, or there is no space.</exception>
    public static QueueHandle Open<TSlot>(QueueContract contract, string name, ShmQueueOptions? options) where TSlot : unmanaged =>
        new(QueueOpening.Open<TSlot>(contract, name, options));

    /// <summary>Attaches to the queue, and creates it if there is none.</summary>
    /// <param name="contract">What the emitted type says of its messages.</param>
    /// <param name="name">The queue's name: 1 to 128 of A-Z, a-z, 0-9, '.', '_' and '-', not starting with a dot.</param>
    /// <param name="options">Where the queue lives and how this handle uses it; null for the defaults.</param>
    /// <typeparam name="TSlot">What a slot holds.</typeparam>
    /// <returns>A handle on the queue.</returns>
    /// <exception cref="ArgumentException">The name or an option is not valid.</exception>
    /// <exception cref="ShmQueueSchemaMismatchException">The queue holds other messages, or was declared with other roles.</exception>
    /// <exception cref="ShmQueueCorruptException">The file is not a queue, or is damaged.</exception>
    /// <exception cref="ShmQueueLimitException">No more handles can attach, or there is no space.</exception>
    public static QueueHandle OpenOrCreate<TSlot>(QueueContract contract, string name, ShmQueueOptions? options) where TSlot : unmanaged =>
        new(QueueOpening.OpenOrCreate<TSlot>(contract, name, options));

    /// <summary>Attaches to the queue if it exists. Null only if it does not exist; every other problem throws.</summary>
    /// <param name="contract">What the emitted type says of its messages.</param>
    /// <param name="name">The queue's name: 1 to 128 of A-Z, a-z, 0-9, '.', '_' and '-', not starting with a dot.</param>
    /// <param name="options">Where the queue lives and how this handle uses it; null for the defaults.</param>
    /// <typeparam name="TSlot">What a slot holds.</typeparam>
    /// <returns>A handle on the queue; null if there is none of this name.</returns>
    /// <inheritdoc cref="OpenOrCreate{TSlot}" path="/exception"/>
    public static QueueHandle? TryOpen<TSlot>(QueueContract contract, string name, ShmQueueOptions? options) where TSlot : unmanaged =>
        QueueOpening.TryOpen<TSlot>(contract, name, options) is { } session ? new(session) : null;

    /// <summary>Whether a queue of this name exists at this instant.</summary>
    /// <param name="name">The queue's name: 1 to 128 of A-Z, a-z, 0-9, '.', '_' and '-', not starting with a dot.</param>
    /// <param name="options">Where the queue lives; null for the defaults.</param>
    /// <returns>Whether it exists.</returns>
    /// <exception cref="ArgumentException">The name or an option is not valid.</exception>
    public static bool Exists(string name, ShmQueueOptions? options) => QueueFiles.Exists(name, options);

    /// <summary>
    /// Deletes the queue of this name. The name is free at once; the memory is free when the last process has closed the queue. False if
    /// there is no such queue.
    /// </summary>
    /// <param name="name">The queue's name: 1 to 128 of A-Z, a-z, 0-9, '.', '_' and '-', not starting with a dot.</param>
    /// <param name="options">Where the queue lives; null for the defaults.</param>
    /// <returns>Whether there was a queue.</returns>
    /// <exception cref="ArgumentException">The name or an option is not valid.</exception>
    public static bool Delete(string name, ShmQueueOptions? options) => QueueFiles.Delete(name, options);

    /// <summary>The queue with the serializer of its messages, each of which goes to one consumer.</summary>
    /// <typeparam name="TMessage">The message.</typeparam>
    /// <typeparam name="TSerializer">Writes and reads it.</typeparam>
    /// <typeparam name="TSlot">A struct of the slot's size: an int and the most bytes of a message.</typeparam>
    /// <typeparam name="TProducers">The producers' protocol.</typeparam>
    /// <typeparam name="TConsumers">The consumers' protocol.</typeparam>
    /// <returns>What the base type of an emitted queue is made of.</returns>
    public SerializedHandle<TMessage> Serialize<TMessage, TSerializer, TSlot, TProducers, TConsumers>()
        where TSerializer : IShmSerializer<TMessage>
        where TSlot : unmanaged
        where TProducers : struct, IProducerRole
        where TConsumers : struct, IConsumerRole =>
        SerializedHandle<TMessage>.Of<TSerializer, TSlot, TProducers, TConsumers>(this);

    /// <summary>The queue with the serializer of its messages, each of which goes to every subscriber.</summary>
    /// <typeparam name="TMessage">The message.</typeparam>
    /// <typeparam name="TSerializer">Writes and reads it.</typeparam>
    /// <typeparam name="TSlot">A struct of the slot's size: an int and the most bytes of a message.</typeparam>
    /// <typeparam name="TProducers">The producers' protocol.</typeparam>
    /// <returns>What the base type of an emitted queue is made of.</returns>
    public SerializedHandle<TMessage> SerializeForAll<TMessage, TSerializer, TSlot, TProducers>()
        where TSerializer : IShmSerializer<TMessage>
        where TSlot : unmanaged
        where TProducers : struct, IProducerRole =>
        SerializedHandle<TMessage>.OfBroadcast<TSerializer, TSlot, TProducers>(this);

    /// <summary>The queue with the serializer of its messages, each of which goes to one worker.</summary>
    /// <typeparam name="TMessage">The message.</typeparam>
    /// <typeparam name="TSerializer">Writes and reads it.</typeparam>
    /// <typeparam name="TSlot">A struct of the slot's size: an int and the most bytes of a message.</typeparam>
    /// <typeparam name="TProducers">The producers' protocol.</typeparam>
    /// <returns>What the base type of an emitted queue is made of.</returns>
    public SerializedHandle<TMessage> SerializeForWorkers<TMessage, TSerializer, TSlot, TProducers>()
        where TSerializer : IShmSerializer<TMessage>
        where TSlot : unmanaged
        where TProducers : struct, IProducerRole =>
        SerializedHandle<TMessage>.OfAcknowledged<TSerializer, TSlot, TProducers>(this);

    internal static Session SessionOf(QueueHandle handle)
    {
        ArgumentNullException.ThrowIfNull(handle);
        return handle.Session;
    }
}

using System.ComponentModel;
using TypedShmQueue.Errors;
using TypedShmQueue.Layout;

namespace TypedShmQueue.CompilerServices;

/// <summary>What the compiler found out about a message and its queue. Emitted once for each queue type; immutable.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class QueueContract
{
    private readonly byte[] _schema;

    /// <param name="messageName">The message's simple name; for messages to people.</param>
    /// <param name="messageSize">Bytes that one message takes in a slot, as the compiler computed them.</param>
    /// <param name="defaultCapacity">Slots of a queue created without a capacity.</param>
    /// <param name="schemaId">The hash of <paramref name="schema"/>.</param>
    /// <param name="schema">The message's layout, UTF-8.</param>
    /// <param name="producers">How many may enqueue.</param>
    /// <param name="consumers">How many may dequeue.</param>
    /// <param name="overflow">What a producer may do when the ring is full.</param>
    /// <param name="delivery">Who gets a message.</param>
    public QueueContract(string messageName, int messageSize, int defaultCapacity, ulong schemaId, ReadOnlySpan<byte> schema,
        Endpoints producers, Endpoints consumers, Overflow overflow, Delivery delivery = Delivery.Queue)
    {
        MessageName = messageName;
        MessageSize = messageSize;
        DefaultCapacity = defaultCapacity;
        SchemaId = schemaId;
        _schema = schema.ToArray();
        Roles = new RoleFlags(producers, consumers, overflow, delivery);
    }

    internal string MessageName { get; }

    internal int MessageSize { get; }

    internal int DefaultCapacity { get; }

    internal ulong SchemaId { get; }

    internal RoleFlags Roles { get; }

    internal int SchemaLength => _schema.Length;

    internal SegmentIdentity Identity => new(MessageSize, SchemaId, _schema, Roles);

    /// <summary>The compiler's arithmetic against the runtime's, once for each handle.</summary>
    internal void Verify(int actualSize)
    {
        if (actualSize != MessageSize)
            throw new ShmQueueSchemaMismatchException(null,
                $"The message '{MessageName}' takes {Counted.Bytes(actualSize)} here, and {MessageSize} were computed when its queue was " +
                    $"compiled. Rebuild all projects that declare parts of the message with the same compiler and references.");
        if (SchemaHash.Of(_schema) != SchemaId)
            throw new ShmQueueSchemaMismatchException(null, $"The schema of the message '{MessageName}' and its id do not belong " +
                $"together. Rebuild the project that declares it.");
    }
}

namespace TypedShmQueue;

/// <summary>
/// Marks a message type. The source generator writes a typed shared-memory queue beside it, named
/// <c>{Message}Queue</c> unless <see cref="QueueName"/> says otherwise.
/// </summary>
/// <remarks>
/// The message is an unmanaged struct whose layout the compiler can know: it is copied as it stands. Any other struct, class, record or
/// interface can be a message too, if it says how it is serialized: by <see cref="Serializer"/> or <c>[MemoryPackable]</c>, and
/// <see cref="MaxMessageBytes"/>. An interface stands for the types that its serializer tells apart, such as those of a MemoryPack union.
/// </remarks>
[AttributeUsage(AttributeTargets.Struct | AttributeTargets.Class | AttributeTargets.Interface, Inherited = false)]
public sealed class ShmQueueAttribute : Attribute
{
    /// <summary>Slots in the ring, that is, messages it can hold: a power of two from 2 to 2^30. 1024 unless set.</summary>
    /// <remarks>A queue created with <see cref="ShmQueueOptions.Capacity"/> overrides it.</remarks>
    public int Capacity { get; set; } = 1024;

    /// <summary>The name of the emitted type; <c>{Message}Queue</c> unless set.</summary>
    public string? QueueName { get; set; }

    /// <summary>How many handles may enqueue at a time. <see cref="Endpoints.One"/> picks the cheaper protocol at compile time.</summary>
    public Endpoints Producers { get; set; }

    /// <summary>How many handles may dequeue at a time. <see cref="Endpoints.One"/> picks the cheaper protocol at compile time.</summary>
    public Endpoints Consumers { get; set; }

    /// <summary>Who gets a message: one consumer, or every one.</summary>
    public Delivery Delivery { get; set; }

    /// <summary>What a producer may do when the ring is full.</summary>
    public Overflow Overflow { get; set; }

    /// <summary>For serialized messages: the most bytes one message may take, up to 67,108,860. Not set for unmanaged structs.</summary>
    /// <remarks>
    /// Every slot of the ring takes as much, and the 4 bytes of the length; only the bytes that a message really has are moved.
    /// </remarks>
    public int MaxMessageBytes { get; set; }

    /// <summary>
    /// The type that turns messages into bytes and back: it implements <see cref="IShmSerializer{T}"/> of the message, as
    /// <see cref="ShmJsonSerializer{T, TContext}"/> does. Stands above <c>[MemoryPackable]</c>.
    /// </summary>
    public Type? Serializer { get; set; }
}

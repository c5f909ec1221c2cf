using TypedShmQueue.CompilerServices;
using TypedShmQueue.Queue;

namespace TypedShmQueue.Testing;

/// <summary>A queue of any message, as the compiler would write it: these tests are about the runtime.</summary>
public sealed class TypedQueue<T, TProducers, TConsumers> : MessageQueue<T, TProducers, TConsumers>
    where T : unmanaged
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    private TypedQueue(QueueHandle handle)
        : base(handle)
    {
    }

    public static TypedQueue<T, TProducers, TConsumers> Create(QueueContract contract, string name, ShmQueueOptions? options) =>
        new(QueueHandle.Create<T>(contract, name, options));

    public static TypedQueue<T, TProducers, TConsumers> Open(QueueContract contract, string name, ShmQueueOptions? options) =>
        new(QueueHandle.Open<T>(contract, name, options));

    public static TypedQueue<T, TProducers, TConsumers> OpenOrCreate(QueueContract contract, string name, ShmQueueOptions? options) =>
        new(QueueHandle.OpenOrCreate<T>(contract, name, options));

    public static bool TryOpen(QueueContract contract, string name, ShmQueueOptions? options,
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TypedQueue<T, TProducers, TConsumers>? queue) =>
        (queue = QueueHandle.TryOpen<T>(contract, name, options) is { } handle ? new(handle) : null) is not null;

    internal Session Session => Handle.Session;

    internal RingCore<T, TProducers, TConsumers> Core => Sink.Core;
}

/// <summary>A queue of any message with one consumer that reads in place, as the compiler would write it.</summary>
public sealed class TypedReading<T, TProducers> : ReadingQueue<T, TProducers>
    where T : unmanaged
    where TProducers : struct, IProducerRole
{
    private TypedReading(QueueHandle handle)
        : base(handle)
    {
    }

    public static TypedReading<T, TProducers> Create(QueueContract contract, string name, ShmQueueOptions? options) =>
        new(QueueHandle.Create<T>(contract, name, options));

    public static TypedReading<T, TProducers> Open(QueueContract contract, string name, ShmQueueOptions? options) =>
        new(QueueHandle.Open<T>(contract, name, options));
}

/// <summary>A queue of any message with one consumer that reads in place and may be overtaken, as the compiler would write it.</summary>
public sealed class TypedOvertaken<T, TProducers> : OvertakenQueue<T, TProducers>
    where T : unmanaged
    where TProducers : struct, IProducerRole
{
    private TypedOvertaken(QueueHandle handle)
        : base(handle)
    {
    }

    public static TypedOvertaken<T, TProducers> Create(QueueContract contract, string name, ShmQueueOptions? options) =>
        new(QueueHandle.Create<T>(contract, name, options));

    public static TypedOvertaken<T, TProducers> Open(QueueContract contract, string name, ShmQueueOptions? options) =>
        new(QueueHandle.Open<T>(contract, name, options));
}

/// <summary>A broadcast queue of any message, as the compiler would write it.</summary>
public sealed class TypedBroadcast<T, TProducers> : BroadcastQueue<T, TProducers>
    where T : unmanaged
    where TProducers : struct, IProducerRole
{
    private TypedBroadcast(QueueHandle handle)
        : base(handle)
    {
    }

    public static TypedBroadcast<T, TProducers> Create(QueueContract contract, string name, ShmQueueOptions? options) =>
        new(QueueHandle.Create<T>(contract, name, options));

    public static TypedBroadcast<T, TProducers> Open(QueueContract contract, string name, ShmQueueOptions? options) =>
        new(QueueHandle.Open<T>(contract, name, options));

    public static TypedBroadcast<T, TProducers> OpenOrCreate(QueueContract contract, string name, ShmQueueOptions? options) =>
        new(QueueHandle.OpenOrCreate<T>(contract, name, options));

    public TypedSubscription<T> Subscribe(SubscribeFrom from, SubscriptionOptions? options) => new(Begin(from, options));

    public TypedSubscription<T> Subscribe(string name, SubscribeFrom from, SubscriptionOptions? options) => new(Begin(name, from, options));

    public TypedGroup<T> JoinGroup(string name, SubscribeFrom from = default) => new(Join<TypedLease<T>>(name, from));

    internal Session Session => Handle.Session;
}

/// <summary>A subscription to any message, as the compiler would write it.</summary>
public sealed class TypedSubscription<T>(MessageSubscription<T>.Begun begun) : MessageSubscription<T>(begun)
    where T : unmanaged;

/// <summary>A lease of any message, as the compiler would write it.</summary>
public struct TypedLease<T> : IShmLease<T>, ILeaseHolder
    where T : unmanaged
{
    private LeaseToken _token;

    public readonly ref readonly T Value => ref _token.Value<T>();

    public readonly int Deliveries => _token.Deliveries;

    public readonly long Position => _token.Position;

    readonly T IShmLease<T>.Value => Value;

    public readonly bool Acknowledge() => _token.Acknowledge();

    public readonly void Abandon() => _token.Abandon();

    public readonly void Abandon(TimeSpan delay) => _token.Abandon(delay);

    public readonly void Reject() => _token.Reject();

    public readonly void Dispose() => _token.Dispose();

    void ILeaseHolder.Hold(LeaseToken token) => _token = token;

    readonly LeaseToken ILeaseHolder.Token => _token;
}

/// <summary>A queue of any message with acknowledged delivery, as the compiler would write it.</summary>
public sealed class TypedAcknowledged<T, TProducers> : AcknowledgedQueue<T, TProducers, TypedLease<T>>
    where T : unmanaged
    where TProducers : struct, IProducerRole
{
    private TypedAcknowledged(QueueHandle handle)
        : base(handle)
    {
    }

    public static TypedAcknowledged<T, TProducers> Create(QueueContract contract, string name, ShmQueueOptions? options) =>
        new(QueueHandle.Create<T>(contract, name, options));

    public static TypedAcknowledged<T, TProducers> OpenOrCreate(QueueContract contract, string name, ShmQueueOptions? options) =>
        new(QueueHandle.OpenOrCreate<T>(contract, name, options));

    public static TypedAcknowledged<T, TProducers> Open(QueueContract contract, string name, ShmQueueOptions? options) =>
        new(QueueHandle.Open<T>(contract, name, options));

    internal QueueCore Core => Handle;

    internal Session Session => Handle.Session;
}

/// <summary>A member of a group of a broadcast queue, as the compiler would write it.</summary>
public sealed class TypedGroup<T>(MessageGroup<T, TypedLease<T>>.Joined joined) : MessageGroup<T, TypedLease<T>>(joined)
    where T : unmanaged;

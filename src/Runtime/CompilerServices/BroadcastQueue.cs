using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using TypedShmQueue.Queue;
using TypedShmQueue.Ring;

namespace TypedShmQueue.CompilerServices;

/// <summary>
/// A broadcast queue of unmanaged messages that waits, or refuses, when it is full: what an emitted one with <see cref="Overflow.Wait"/>
/// inherits.
/// </summary>
/// <typeparam name="T">The message.</typeparam>
/// <typeparam name="TProducers">The producers' protocol.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class WaitingBroadcastQueue<T, TProducers> : Sender<T, PlainSink<T, TProducers, Subscribers>>, IShmGroups<T>
    where T : unmanaged
    where TProducers : struct, IProducerRole
{
    private readonly SubscriptionSet<T> _subscriptions;

    /// <param name="handle">The attached queue.</param>
    protected WaitingBroadcastQueue(QueueHandle handle)
        : base(new(new RingCore<T, TProducers, Subscribers>(QueueHandle.SessionOf(handle)))) =>
        _subscriptions = SubscriptionSet<T>.Of(Sink.Core);

    internal override Func<string, SubscribeFrom, GroupMember> Joins => _subscriptions.Join;

    /// <inheritdoc cref="IShmBroadcast.Subscriptions"/>
    public IReadOnlyList<ShmQueueSubscription> Subscriptions => _subscriptions.Snapshot();

    /// <inheritdoc cref="IShmBroadcast.RemoveSubscription(string)"/>
    public bool RemoveSubscription(string name) => _subscriptions.Remove(name);

    /// <inheritdoc cref="IShmBroadcast.RemoveGroup(string)"/>
    public bool RemoveGroup(string name) => _subscriptions.RemoveGroup(name);

    IShmGroup<ShmLease<T>> IShmGroups<T>.JoinGroup(string name, SubscribeFrom from) =>
        new AnyGroup<T>(new PlainMessages<T>(_subscriptions.Join(name, from)));

    /// <inheritdoc cref="IShmQueue{TSelf, T}.TryClaim(out SlotWriter{T})"/>
    public bool TryClaim(out SlotWriter<T> writer) => Sink.Core.TryClaim(out writer);

    /// <inheritdoc cref="IShmQueue{TSelf, T}.TryClaim(int, out SlotSpan{T})"/>
    public bool TryClaim(int most, out SlotSpan<T> span) => Sink.Core.TryClaim(most, out span);

    /// <inheritdoc cref="IShmQueue{TSelf, T}.TryClaim(out SlotWriter{T}, TimeSpan)"/>
    public bool TryClaim(out SlotWriter<T> writer, TimeSpan timeout) => Sink.Core.TryClaim(out writer, timeout);

    /// <inheritdoc cref="IShmQueue{TSelf, T}.Claim(out SlotWriter{T}, CancellationToken)"/>
    public void Claim(out SlotWriter<T> writer, CancellationToken cancellationToken = default) =>
        Sink.Core.Claim(out writer, cancellationToken);

    /// <summary>Becomes a member of a group. The emitted type gives it its type.</summary>
    /// <typeparam name="TLease">The emitted lease.</typeparam>
    protected MessageGroup<T, TLease>.Joined Join<TLease>(string name, SubscribeFrom from)
        where TLease : struct, IShmLease, ILeaseHolder =>
        new(_subscriptions.Join(name, from));

    /// <summary>Begins a subscription that ends with this handle, or this process. The emitted type gives it its type.</summary>
    protected MessageSubscription<T>.Begun Begin(SubscribeFrom from, SubscriptionOptions? options) =>
        new(_subscriptions.Subscribe(from, options));

    /// <summary>Takes a named subscription up, or begins it. The emitted type gives it its type.</summary>
    protected MessageSubscription<T>.Begun Begin(string name, SubscribeFrom from, SubscriptionOptions? options) =>
        new(_subscriptions.Subscribe(name, from, options));
}

/// <summary>
/// A broadcast queue of unmanaged messages that can also displace: what an emitted one with <see cref="Overflow.Any"/> inherits.
/// </summary>
/// <typeparam name="T">The message.</typeparam>
/// <typeparam name="TProducers">The producers' protocol.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class BroadcastQueue<T, TProducers> : WaitingBroadcastQueue<T, TProducers>, IShmDisplacing<T>
    where T : unmanaged
    where TProducers : struct, IProducerRole
{
    /// <param name="handle">The attached queue.</param>
    protected BroadcastQueue(QueueHandle handle)
        : base(handle)
    {
    }

    /// <inheritdoc/>
    public bool EnqueueShift(in T message) => Sink.Core.EnqueueShift(in message);

    /// <inheritdoc/>
    public bool EnqueueShift(in T message, out T displaced) => Sink.Core.EnqueueShift(in message, out displaced);
}

/// <summary>
/// A broadcast queue of serialized messages that waits, or refuses, when it is full: what an emitted one with <see cref="Overflow.Wait"/>
/// inherits.
/// </summary>
/// <typeparam name="TMessage">The message.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class WaitingSerializedBroadcastQueue<TMessage> : Sender<TMessage, SerializedSink<TMessage>>, IShmGroups<TMessage>
{
    private readonly SerializedSubscriptions<TMessage> _subscriptions;

    /// <param name="queue">The attached queue, with its serializer.</param>
    protected WaitingSerializedBroadcastQueue(SerializedHandle<TMessage> queue)
        : base(new(SerializedHandle<TMessage>.SlotsOf(queue))) => _subscriptions = queue.Subscriptions!;

    internal override Func<string, SubscribeFrom, GroupMember> Joins => (name, from) => _subscriptions.Join(name, from).Core;

    /// <inheritdoc cref="IShmBroadcast.Subscriptions"/>
    public IReadOnlyList<ShmQueueSubscription> Subscriptions => _subscriptions.Snapshot();

    /// <inheritdoc cref="IShmBroadcast.RemoveSubscription(string)"/>
    public bool RemoveSubscription(string name) => _subscriptions.Remove(name);

    /// <inheritdoc cref="IShmBroadcast.RemoveGroup(string)"/>
    public bool RemoveGroup(string name) => _subscriptions.RemoveGroup(name);

    IShmGroup<ShmLease<TMessage>> IShmGroups<TMessage>.JoinGroup(string name, SubscribeFrom from) =>
        new AnyGroup<TMessage>(_subscriptions.Join(name, from));

    /// <summary>Becomes a member of a group. The emitted type gives it its type.</summary>
    /// <typeparam name="TLease">The emitted lease.</typeparam>
    protected SerializedMessageGroup<TMessage, TLease>.Joined Join<TLease>(string name, SubscribeFrom from)
        where TLease : struct, IShmLease, ILeaseHolder<TMessage> =>
        new(_subscriptions.Join(name, from));

    /// <summary>Begins a subscription that ends with this handle, or this process. The emitted type gives it its type.</summary>
    protected SerializedSubscription<TMessage>.Begun Begin(SubscribeFrom from, SubscriptionOptions? options) =>
        new(_subscriptions.Begin(from, options));

    /// <summary>Takes a named subscription up, or begins it. The emitted type gives it its type.</summary>
    protected SerializedSubscription<TMessage>.Begun Begin(string name, SubscribeFrom from, SubscriptionOptions? options) =>
        new(_subscriptions.Begin(name, from, options));
}

/// <summary>
/// A broadcast queue of serialized messages that can also displace: what an emitted one with <see cref="Overflow.Any"/> inherits.
/// </summary>
/// <typeparam name="TMessage">The message.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class SerializedBroadcastQueue<TMessage> : WaitingSerializedBroadcastQueue<TMessage>, IShmDisplacing<TMessage>
{
    /// <param name="queue">The attached queue, with its serializer.</param>
    protected SerializedBroadcastQueue(SerializedHandle<TMessage> queue)
        : base(queue)
    {
    }

    /// <inheritdoc/>
    public bool EnqueueShift(in TMessage message) => Sink.Slots.EnqueueShift(in message);

    /// <inheritdoc/>
    public bool EnqueueShift(in TMessage message, [MaybeNullWhen(false)] out TMessage displaced) =>
        Sink.Slots.EnqueueShift(in message, out displaced);
}

using TypedShmQueue.CompilerServices;

namespace TypedShmQueue.Queue.Serialized;

/// <summary>The subscriptions of a handle on a broadcast queue of serialized messages, whatever the serializer.</summary>
/// <typeparam name="TMessage">The message.</typeparam>
internal abstract class SerializedSubscriptions<TMessage>
{
    public abstract IReadOnlyList<ShmQueueSubscription> Snapshot();

    public abstract bool Remove(string name);

    public abstract bool RemoveGroup(string name);

    public abstract SerializedGroup<TMessage> Join(string name, SubscribeFrom from);

    public abstract Begun Begin(SubscribeFrom from, SubscriptionOptions? options);

    public abstract Begun Begin(string name, SubscribeFrom from, SubscriptionOptions? options);

    /// <summary>A subscription that was begun: its messages, and what is not about them.</summary>
    internal readonly record struct Begun(SerializedMessages<TMessage> Messages, ISubscribed Subscribed);
}

/// <summary>The subscriptions of a handle on a broadcast queue of serialized messages.</summary>
/// <typeparam name="TMessage">The message.</typeparam>
/// <typeparam name="TSerializer">Reads it.</typeparam>
/// <typeparam name="TSlot">A struct of the slot's size: an int and the most bytes of a message.</typeparam>
internal sealed class SerializedSubscriptions<TMessage, TSerializer, TSlot>(SubscriptionSet<TSlot> set) : SerializedSubscriptions<TMessage>
    where TSerializer : IShmSerializer<TMessage>
    where TSlot : unmanaged
{
    public override IReadOnlyList<ShmQueueSubscription> Snapshot() => set.Snapshot();

    public override bool Remove(string name) => set.Remove(name);

    public override bool RemoveGroup(string name) => set.RemoveGroup(name);

    public override SerializedGroup<TMessage> Join(string name, SubscribeFrom from) =>
        new SerializedGroup<TMessage, TSerializer, TSlot>(set.Join(name, from));

    public override Begun Begin(SubscribeFrom from, SubscriptionOptions? options) => Begin(set.Subscribe(from, options));

    public override Begun Begin(string name, SubscribeFrom from, SubscriptionOptions? options) =>
        Begin(set.Subscribe(name, from, options));

    private static Begun Begin(SubscriptionCore<TSlot> core) =>
        new(new SerializedMessages<TMessage, TSerializer, TSlot, SubscribedSlots<TSlot>>(new(core)), core);
}

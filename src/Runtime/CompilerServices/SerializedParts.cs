using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using TypedShmQueue.Queue;
using TypedShmQueue.Ring;

namespace TypedShmQueue.CompilerServices;

/// <summary>Serialized messages into slots.</summary>
/// <typeparam name="TMessage">The message.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct SerializedSink<TMessage> : ISink<TMessage>
{
    internal SerializedSink(SerializedSlots<TMessage> slots) => Slots = slots;

    internal SerializedSlots<TMessage> Slots { get; }

    ProducerEnd ISink<TMessage>.End => Slots.End;

    static bool ISink<TMessage>.RunsUserCode => true;

    PendingSends<TMessage> ISink<TMessage>.NewPendingSends() => Slots.NewPendingSends();

    RingStatus ISink<TMessage>.TrySend(in TMessage message) => Slots.TrySend(in message);

    RingStatus ISink<TMessage>.TrySendNoted(in TMessage message) => Slots.TrySend(in message);

    RingStatus ISink<TMessage>.TrySend(ReadOnlySpan<TMessage> messages, out int sent)
    {
        sent = 0;
        RingStatus status = RingStatus.Done;
        while (sent < messages.Length && (status = Slots.TrySend(in messages[sent])) == RingStatus.Done) sent++;
        return sent > 0 ? RingStatus.Done : status;
    }

    /// <summary>Each claim wakes when it ends.</summary>
    void ISink<TMessage>.Sent(int count)
    {
    }
}

/// <summary>Serialized messages out of slots.</summary>
/// <typeparam name="TMessage">The message.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct SerializedSource<TMessage> : ISource<TMessage>
{
    internal SerializedSource(SerializedMessages<TMessage> messages) => Messages = messages;

    internal SerializedMessages<TMessage> Messages { get; }

    ConsumerEnd ISource<TMessage>.End => Messages.End;

    static bool ISource<TMessage>.RunsUserCode => true;

    PendingTakes<TMessage> ISource<TMessage>.NewPendingTakes() => Messages.NewPendingTakes();

    bool ISource<TMessage>.IsGatheringDue => Messages.IsGatheringDue;

    RingStatus ISource<TMessage>.TryTake(out TMessage message) => Messages.TryTake(out message);

    RingStatus ISource<TMessage>.TryTake(Span<TMessage> destination, out int taken) => Messages.TryTake(destination, out taken);

    int ISource<TMessage>.TakeMore(Span<TMessage> destination) => Messages.TakeMore(destination);

    RingStatus ISource<TMessage>.Find() => Messages.Find();

    RingStatus ISource<TMessage>.TryPeek(out TMessage message) => Messages.TryPeek(out message);

    void ISource<TMessage>.Took(int count) => Messages.Took(count);
}

/// <summary>An attached queue together with the serializer of its messages. An emitted queue passes it to its base type.</summary>
/// <typeparam name="TMessage">The message.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class SerializedHandle<TMessage>
{
    private SerializedHandle(SerializedSlots<TMessage> slots) => Slots = slots;

    internal SerializedSlots<TMessage> Slots { get; }

    /// <summary>Of a queue whose messages go to one consumer each; null for a broadcast queue.</summary>
    internal SerializedMessages<TMessage>? Messages { get; private init; }

    /// <summary>Of a queue with acknowledged delivery; null for any other.</summary>
    internal SerializedGroup<TMessage>? Group { get; private init; }

    /// <summary>Of a broadcast queue; null for any other.</summary>
    internal SerializedSubscriptions<TMessage>? Subscriptions { get; private init; }

    internal static SerializedSlots<TMessage> SlotsOf(SerializedHandle<TMessage> queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        return queue.Slots;
    }

    internal static SerializedMessages<TMessage> MessagesOf(SerializedHandle<TMessage> queue) => queue.Messages!;

    internal static SerializedHandle<TMessage> Of<TSerializer, TSlot, TProducers, TConsumers>(QueueHandle handle)
        where TSerializer : IShmSerializer<TMessage>
        where TSlot : unmanaged
        where TProducers : struct, IProducerRole
        where TConsumers : struct, IConsumerRole
    {
        RingCore<TSlot, TProducers, TConsumers> core = new(handle.Session);
        return new(new SerializedSlots<TMessage, TSerializer, TSlot, TProducers, TConsumers>(core))
        {
            Messages = new SerializedMessages<TMessage, TSerializer, TSlot, RingSlots<TSlot, TProducers, TConsumers>>(new(core)),
        };
    }

    internal static SerializedHandle<TMessage> OfAcknowledged<TSerializer, TSlot, TProducers>(QueueHandle handle)
        where TSerializer : IShmSerializer<TMessage>
        where TSlot : unmanaged
        where TProducers : struct, IProducerRole
    {
        RingCore<TSlot, TProducers, Workers> core = new(handle.Session);
        return new(new SerializedSlots<TMessage, TSerializer, TSlot, TProducers, Workers>(core))
        {
            Group = new SerializedGroup<TMessage, TSerializer, TSlot>(WorkerGroup.Of(core)),
        };
    }

    internal static SerializedHandle<TMessage> OfBroadcast<TSerializer, TSlot, TProducers>(QueueHandle handle)
        where TSerializer : IShmSerializer<TMessage>
        where TSlot : unmanaged
        where TProducers : struct, IProducerRole
    {
        RingCore<TSlot, TProducers, Subscribers> core = new(handle.Session);
        return new(new SerializedSlots<TMessage, TSerializer, TSlot, TProducers, Subscribers>(core))
        {
            Subscriptions = new SerializedSubscriptions<TMessage, TSerializer, TSlot>(SubscriptionSet<TSlot>.Of(core)),
        };
    }
}

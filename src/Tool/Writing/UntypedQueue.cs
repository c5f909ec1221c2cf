using TypedShmQueue.CompilerServices;
using TypedShmQueue.Inspection;
using TypedShmQueue.Layout;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Writing;

/// <summary>
/// A handle on a queue of messages that are known by their bytes only. It is a participant like any other, under the queue's own roles, and
/// goes through the same ring code as compiled queues.
/// </summary>
internal abstract class UntypedQueue : IDisposable
{
    /// <summary>Sends; false if there was no room in time.</summary>
    public abstract bool TrySend(ReadOnlySpan<byte> message, TimeSpan patience, CancellationToken cancellation);

    /// <summary>Sends; if there is no room, the oldest message goes. True if one went.</summary>
    public abstract bool SendShift(ReadOnlySpan<byte> message);

    /// <summary>Takes the oldest message if there is one.</summary>
    public abstract bool TryTake(Span<byte> message);

    /// <summary>
    /// Takes the oldest message; waits for one that is claimed, and passes what the dead claimed. False if none came in time.
    /// </summary>
    public abstract bool TryTake(Span<byte> message, TimeSpan patience, CancellationToken cancellation);

    /// <summary>Detaches.</summary>
    public abstract void Dispose();

    /// <summary>Opens the queue that a reader is looking at.</summary>
    public static UntypedQueue Open(SegmentReader queue)
    {
        UntypedQueue untyped = For(queue.Geometry.MessageSize, queue.Roles);
        return untyped.TryOpen(Contracts.Of(queue), queue.Place) ? untyped : throw ShmqException.NoSuchQueue(queue.Place);
    }

    /// <summary>Creates a queue.</summary>
    /// <exception cref="ShmQueueExistsException">There is one of that name.</exception>
    public static UntypedQueue Create(QueueContract contract, QueuePlace place)
    {
        UntypedQueue untyped = For(contract.SlotSize, contract.Roles);
        untyped.CreateNew(contract, place);
        return untyped;
    }

    private static UntypedQueue For(int messageSize, RoleFlags roles) =>
        (UntypedQueue)Activator.CreateInstance(typeof(UntypedQueue<,,>).MakeGenericType(
        SizedType.Of(messageSize),
        roles.HasOneProducer ? typeof(OneProducer) : typeof(ManyProducers),
        roles.IsBroadcast
            ? typeof(Subscribers)
            : !roles.HasOneConsumer
            ? typeof(ManyConsumers)
            : roles.Waits
            ? typeof(OneWaitingConsumer)
            : typeof(OneConsumer)))!;

    private protected abstract void CreateNew(QueueContract contract, QueuePlace place);

    private protected abstract bool TryOpen(QueueContract contract, QueuePlace place);
}

using TypedShmQueue.CompilerServices;
using TypedShmQueue.Inspection;
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

    /// <summary>Detaches.</summary>
    public abstract void Dispose();

    /// <summary>Opens the queue that a reader is looking at.</summary>
    public static UntypedQueue Open(SegmentReader queue)
    {
        Type handle = typeof(UntypedQueue<,,>).MakeGenericType(
            SizedType.Of(queue.Geometry.MessageSize),
            queue.Roles.HasOneProducer ? typeof(OneProducer) : typeof(ManyProducers),
            queue.Roles.IsBroadcast ? typeof(Subscribers) : !queue.Roles.HasOneConsumer ? typeof(ManyConsumers) : queue.Roles.Waits ? typeof(OneWaitingConsumer) : typeof(OneConsumer));
        UntypedQueue untyped = (UntypedQueue)Activator.CreateInstance(handle)!;
        return untyped.TryOpen(Contracts.Of(queue), queue.Place) ? untyped : throw ShmqException.NoSuchQueue(queue.Place.Name, queue.Place.Directory);
    }

    private protected abstract bool TryOpen(QueueContract contract, QueuePlace place);
}

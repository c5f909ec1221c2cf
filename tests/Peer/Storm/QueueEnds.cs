namespace TypedShmQueue.Peer.Storm;

/// <summary>Both ends of a queue that gives each message to one consumer.</summary>
internal sealed class QueueEnds<TProducers, TConsumers>(TypedQueue<Parcel, TProducers, TConsumers> queue) : ISender, ITaker
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    public void Enqueue(in Parcel message) => queue.Enqueue(message, default);

    public void Enqueue(ReadOnlySpan<Parcel> messages) => queue.Enqueue(messages, default);

    public bool TryEnqueue(in Parcel message) => queue.TryEnqueue(message);

    public bool TryEnqueue(in Parcel message, TimeSpan timeout) => queue.TryEnqueue(message, timeout);

    public int TryEnqueue(ReadOnlySpan<Parcel> messages) => queue.TryEnqueue(messages);

    public bool TryClaim(out SlotWriter<Parcel> writer) => queue.TryClaim(out writer);

    public bool EnqueueShift(in Parcel message, out Parcel displaced) => queue.EnqueueShift(message, out displaced);

    public Parcel Dequeue() => queue.Dequeue(default);

    public int Dequeue(Span<Parcel> destination) => queue.Dequeue(destination, default);

    public bool TryDequeue(out Parcel message) => queue.TryDequeue(out message);

    public bool TryDequeue(out Parcel message, TimeSpan timeout) => queue.TryDequeue(out message, timeout);

    public int TryDequeue(Span<Parcel> destination) => queue.TryDequeue(destination);

    public bool TryPeek(out Parcel message) => queue.TryPeek(out message);
}

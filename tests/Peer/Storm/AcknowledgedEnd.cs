namespace TypedShmQueue.Peer.Storm;

/// <summary>The sending end of a queue with acknowledged delivery, which never displaces.</summary>
internal sealed class AcknowledgedEnd<TProducers>(TypedAcknowledged<Parcel, TProducers> queue) : ISender
    where TProducers : struct, IProducerRole
{
    public void Enqueue(in Parcel message) => queue.Enqueue(message, default);

    public void Enqueue(ReadOnlySpan<Parcel> messages) => queue.Enqueue(messages, default);

    public bool TryEnqueue(in Parcel message) => queue.TryEnqueue(message);

    public bool TryEnqueue(in Parcel message, TimeSpan timeout) => queue.TryEnqueue(message, timeout);

    public int TryEnqueue(ReadOnlySpan<Parcel> messages) => queue.TryEnqueue(messages);

    public bool TryClaim(out SlotWriter<Parcel> writer) => queue.TryClaim(out writer);

    public bool EnqueueShift(in Parcel message, out Parcel displaced) => throw new NotSupportedException("Nothing is displaced here.");
}

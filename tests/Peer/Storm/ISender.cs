namespace TypedShmQueue.Peer.Storm;

/// <summary>All ways to send, whatever the delivery.</summary>
internal interface ISender
{
    void Enqueue(in Parcel message);

    void Enqueue(ReadOnlySpan<Parcel> messages);

    bool TryEnqueue(in Parcel message);

    bool TryEnqueue(in Parcel message, TimeSpan timeout);

    int TryEnqueue(ReadOnlySpan<Parcel> messages);

    bool TryClaim(out SlotWriter<Parcel> writer);

    bool EnqueueShift(in Parcel message, out Parcel displaced);
}

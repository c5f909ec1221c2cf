namespace TypedShmQueue.Peer.Storm;

/// <summary>All ways to take, whatever the delivery.</summary>
internal interface ITaker
{
    Parcel Dequeue();

    int Dequeue(Span<Parcel> destination);

    bool TryDequeue(out Parcel message);

    bool TryDequeue(out Parcel message, TimeSpan timeout);

    int TryDequeue(Span<Parcel> destination);

    bool TryPeek(out Parcel message);
}

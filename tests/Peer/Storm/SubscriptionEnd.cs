namespace TypedShmQueue.Peer.Storm;

/// <summary>A subscription as a taking end: batches that wait are filtered, those that do not wait are read in place.</summary>
internal sealed class SubscriptionEnd(TypedSubscription<Parcel> subscription) : ITaker
{
    public Parcel Dequeue() => subscription.Dequeue(default);

    public int Dequeue(Span<Parcel> destination) => subscription.Dequeue(static (in Parcel _) => true, destination, default);

    public bool TryDequeue(out Parcel message) => subscription.TryDequeue(out message);

    public bool TryDequeue(out Parcel message, TimeSpan timeout) => subscription.TryDequeue(out message, timeout);

    public int TryDequeue(Span<Parcel> destination)
    {
        if (!subscription.TryRead(out SlotReader<Parcel> reader, destination.Length)) return 0;
        for (int i = 0; i < reader.Count; i++) destination[i] = reader[i];
        return reader.Release() ? reader.Count : 0;
    }

    public bool TryPeek(out Parcel message) => subscription.TryPeek(out message);
}

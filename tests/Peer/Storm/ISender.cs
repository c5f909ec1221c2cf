namespace TypedShmQueue.Peer.Storm;

/// <summary>All ways to send.</summary>
internal interface ISender : IShmProducer<Parcel>
{
    bool TryClaim(out SlotWriter<Parcel> writer);

    bool EnqueueShift(in Parcel message, out Parcel displaced);
}

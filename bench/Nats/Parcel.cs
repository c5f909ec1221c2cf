namespace TypedShmQueue.Bench.Nats;

/// <summary>A message of 64 bytes.</summary>
[ShmQueue(Delivery = Delivery.Acknowledged, Capacity = 65536)]
public struct Parcel
{
    public long Id;
    public Rest Payload;

    /// <summary>56 bytes.</summary>
    [System.Runtime.CompilerServices.InlineArray(56)]
    public struct Rest
    {
        private byte _first;
    }
}

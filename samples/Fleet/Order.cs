namespace TypedShmQueue.Samples.Fleet;

/// <summary>
/// What a shop sells. The same type is used within a machine and between machines; only where its queue's messages go differs.
/// </summary>
[ShmQueue(Delivery = Delivery.Acknowledged, Capacity = 4096)]
public struct Order
{
    public long Id;
    public long Cents;
    public ShmText16 Shop;
}

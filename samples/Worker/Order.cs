namespace TypedShmQueue.Samples.Worker;

/// <summary>What the shop sends to billing. The attribute has the compiler write <c>OrderQueue</c> beside it.</summary>
[ShmQueue(Capacity = 64)]
public struct Order
{
    public long Number;
    public long Cents;
    public ShmText32 Customer;
}

namespace TypedShmQueue.Samples.Worker;

/// <summary>What a host has done, told at its end.</summary>
[ShmQueue(Capacity = 16)]
public struct Report
{
    public ShmText16 Host;
    public long Orders;
    public long Cents;
}

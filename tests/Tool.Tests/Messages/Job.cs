namespace TypedShmQueue.Tool.Tests.Messages;

/// <summary>Each goes to one worker, and to another if that one dies.</summary>
[ShmQueue(Capacity = 8, Delivery = Delivery.Acknowledged)]
public struct Job
{
    public long Id;
    public ShmText16 Path;
}

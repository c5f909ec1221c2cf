using TypedShmQueue;

namespace ShmQueue_App.Messages;

/// <summary>What the producer sends. The compiler writes <c>ReadingQueue</c> beside it.</summary>
[ShmQueue(Capacity = 256)]
public struct Reading
{
    /// <summary>The queue that both programs open.</summary>
    public const string Queue = "ShmQueue_App";

    public DateTime At;
    public double Value;
    public ShmText32 Sensor;
}

namespace TypedShmQueue.Samples.Multiplexer;

/// <summary>
/// What a sensor measured. The attribute has the compiler write <c>ReadingQueue</c> and <c>ReadingSubscription</c> beside it: every
/// subscriber gets every reading.
/// </summary>
[ShmQueue(Delivery = Delivery.Broadcast, Capacity = 64)]
public struct Reading
{
    public ShmText16 Sensor;

    /// <summary>The sensor's own count, from 1.</summary>
    public long Number;

    public double Value;

    public readonly bool IsAlarm => Value > 90;
}

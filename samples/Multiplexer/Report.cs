namespace TypedShmQueue.Samples.Multiplexer;

/// <summary>What one subscriber has to say at its end; an ordinary queue, from all of them to the orchestrator.</summary>
[ShmQueue(Capacity = 16)]
public struct Report
{
    public ShmText16 Subscriber;

    /// <summary>The position at which it began or took up.</summary>
    public long From;

    public long Received;

    /// <summary>What a filter passed over.</summary>
    public long PassedOver;

    /// <summary>By its subscription's own count.</summary>
    public long Missed;
}

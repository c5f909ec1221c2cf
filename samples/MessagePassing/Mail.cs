namespace TypedShmQueue.Samples.MessagePassing;

/// <summary>What the processes send each other. The attribute has the compiler write <c>MailQueue</c> beside it.</summary>
[ShmQueue(Capacity = 16)]
public struct Mail
{
    public long Id;
    public ShmText16 From;
    public ShmText16 To;
    public ShmText64 Content;

    /// <summary>When it was sent, for people to read.</summary>
    public DateTime Timestamp;

    /// <summary>
    /// The same instant by the machine's monotonic clock, which all processes share and nobody sets: latency comes from it.
    /// </summary>
    public long SentTicks;
}

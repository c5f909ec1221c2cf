namespace TypedShmQueue.Tool.Tests.Messages;

/// <summary>Values whose texts are easily taken for others.</summary>
[ShmQueue(Capacity = 8)]
public struct Moment
{
    public decimal Money;
    public DateTime At;
    public TimeSpan Span;
    public double Ratio;
}

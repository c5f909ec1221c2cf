namespace TypedShmQueue.Samples.QuickStart;

/// <summary>A message. The attribute has the compiler write <c>TradeQueue</c>, a queue of just this message, beside it.</summary>
[ShmQueue(Capacity = 8)]
public struct Trade
{
    public long Id;
    public double Price;

    /// <summary>A string is a reference, which means nothing in another process: text travels as UTF-8 of bounded length.</summary>
    public ShmText16 Symbol;
}

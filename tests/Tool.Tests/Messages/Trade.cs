namespace TypedShmQueue.Tool.Tests.Messages;

public enum Side : byte
{
    Buy,
    Sell,
}

[ShmQueue(Capacity = 8)]
public struct Trade
{
    public long Id;
    public double Price;
    public Side Side;
    public ShmText16 Symbol;
}

/// <summary>The cheapest protocol: one on each side, no displacing.</summary>
[ShmQueue(Capacity = 8, Producers = Endpoints.One, Consumers = Endpoints.One, Overflow = Overflow.Wait)]
public struct Tick
{
    public long Id;
}

[ShmQueue(Capacity = 8, Delivery = Delivery.Broadcast)]
public struct News
{
    public int Id;
}

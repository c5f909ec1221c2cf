namespace TypedShmQueue.Samples.PingPong;

/// <summary>
/// What goes to and fro. One process serves and one returns, and nobody displaces, which the compiler is told: it picks the
/// cheapest protocol. 56 bytes and the slot's own 8 make one cache line.
/// </summary>
[ShmQueue(Capacity = 64, Producers = Endpoints.One, Consumers = Endpoints.One, Overflow = Overflow.Wait)]
public struct Ball
{
    public long Number;
    public double Speed;
    public double Spin;
    public ShmText32 Text;
}

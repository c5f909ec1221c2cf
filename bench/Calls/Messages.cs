using System.Runtime.CompilerServices;

namespace TypedShmQueue.Bench.Calls;

[InlineArray(7)]
public struct SevenWords
{
    private long _first;
}

/// <summary>64 bytes, for one producer and one consumer.</summary>
[ShmQueue(Producers = Endpoints.One, Consumers = Endpoints.One, Overflow = Overflow.Wait)]
public struct One
{
    public long Sequence;
    public SevenWords Ballast;
}

/// <summary>64 bytes, for any number of producers and consumers.</summary>
[ShmQueue]
public struct Many
{
    public long Sequence;
    public SevenWords Ballast;
}

/// <summary>64 bytes, acknowledged.</summary>
[ShmQueue(Delivery = Delivery.Acknowledged)]
public struct Duty
{
    public long Sequence;
    public SevenWords Ballast;
}

using TypedShmQueue.Bench.Contestants;

namespace TypedShmQueue.Bench.Router;

/// <summary>A message of 64 bytes that a worker acknowledges.</summary>
[ShmQueue(Delivery = Delivery.Acknowledged)]
internal struct Errand
{
    public long Sequence;
    public Words7 Ballast;
}

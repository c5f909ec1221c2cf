using TypedShmQueue.Layout;
using TypedShmQueue.Peer.Storm;

namespace TypedShmQueue.Peer.Fuzz;

/// <summary>A queue with acknowledged delivery.</summary>
internal sealed class WorkersKind<TProducers>() : FuzzKind(Contracts.Parcel<TProducers, Workers>(),
    typeof(TProducers) == typeof(ManyProducers))
    where TProducers : struct, IProducerRole
{
    private const int MostLeases = 5;

    public override IFuzzed Create(string name, ShmQueueOptions options, FuzzPage page) =>
        Of(TypedAcknowledged<Parcel, TProducers>.Create(Contract, name, With(options)), page);

    public override IFuzzed TryOpen(string name, ShmQueueOptions options, FuzzPage page) =>
        Of(TypedAcknowledged<Parcel, TProducers>.Open(Contract, name, With(options)), page);

    public override IFuzzed OpenOrCreate(string name, ShmQueueOptions options, FuzzPage page) =>
        Of(TypedAcknowledged<Parcel, TProducers>.OpenOrCreate(Contract, name, With(options)), page);

    public override SegmentGeometry Geometry(ShmQueueOptions options) =>
        base.Geometry(options) with { MaxGroups = 1, MaxLeases = MostLeases };

    private static ShmQueueOptions With(ShmQueueOptions options) => options with
    {
        MaxLeases = MostLeases,
        // Whoever is too slow loses its message, in half of the cases.
        LeaseTimeout = options.Capacity % 8 == 0 ? TimeSpan.FromMilliseconds(1) : null,
    };

    private static LeaseExercise Of(TypedAcknowledged<Parcel, TProducers> queue, FuzzPage page) =>
        new(queue, new AcknowledgedEnd<TProducers>(queue), queue, page);
}

/// <summary>A group of a broadcast queue, beside a subscription.</summary>
internal sealed class GroupKind<TProducers>() : FuzzKind(Contracts.Parcel<TProducers, Subscribers>(),
    typeof(TProducers) == typeof(ManyProducers))
    where TProducers : struct, IProducerRole
{
    private const int MostLeases = 5, MostGroups = 2, MostSubscriptions = 2;

    public override IFuzzed Create(string name, ShmQueueOptions options, FuzzPage page) =>
        Of(TypedBroadcast<Parcel, TProducers>.Create(Contract, name, With(options)), page);

    public override IFuzzed TryOpen(string name, ShmQueueOptions options, FuzzPage page) =>
        Of(TypedBroadcast<Parcel, TProducers>.Open(Contract, name, With(options)), page);

    public override IFuzzed OpenOrCreate(string name, ShmQueueOptions options, FuzzPage page) =>
        Of(TypedBroadcast<Parcel, TProducers>.OpenOrCreate(Contract, name, With(options)), page);

    public override SegmentGeometry Geometry(ShmQueueOptions options) => base.Geometry(options) with
    {
        MaxGroups = MostGroups,
        MaxLeases = MostLeases,
        MaxSubscriptions = MostSubscriptions,
    };

    private static ShmQueueOptions With(ShmQueueOptions options) =>
        options with { MaxLeases = MostLeases, MaxGroups = MostGroups, MaxSubscriptions = MostSubscriptions };

    private static LeaseExercise Of(TypedBroadcast<Parcel, TProducers> queue, FuzzPage page)
    {
        try
        {
            return new(queue, new BroadcastEnd<TProducers>(queue), queue.JoinGroup("jobs"), page);
        }
        catch
        {
            queue.Dispose();
            throw;
        }
    }
}

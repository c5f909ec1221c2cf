using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Acknowledged;

/// <summary>The base of tests of queues with acknowledged delivery.</summary>
public abstract class AcknowledgedTests : IDisposable
{
    protected QueueFolder Folder { get; } = new();

    protected string Name { get; } = ShmQueueName.NewUnique();

    protected static QueueContract Contract => Contracts.Parcel<ManyProducers, Workers>();

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected static Parcel P(long sequence) => new(0, sequence);

    protected static Parcel[] Parcels(long first, int count) => [.. Enumerable.Range(0, count).Select(i => P(first + i))];

    protected TypedAcknowledged<Parcel, ManyProducers> Create(int capacity = 8, Func<ShmQueueOptions, ShmQueueOptions>? with = null) =>
        Folder.Track(TypedAcknowledged<Parcel, ManyProducers>.Create(Contract, Name, Options(capacity, with)));

    protected TypedAcknowledged<Parcel, ManyProducers> Open(Func<ShmQueueOptions, ShmQueueOptions>? with = null) =>
        Folder.Track(TypedAcknowledged<Parcel, ManyProducers>.Open(Contract, Name, Options(8, with)));

    protected static IReadOnlyList<(long Sequence, int Deliveries)> Of(IEnumerable<TypedLease<Parcel>> leases) =>
        [.. leases.Select(l => (l.Value.Sequence, l.Deliveries))];

    /// <summary>Takes and acknowledges everything that is there.</summary>
    protected static IReadOnlyList<long> Drain(IShmTaker<TypedLease<Parcel>> queue)
    {
        List<long> taken = [];
        while (queue.TryTake(out TypedLease<Parcel> lease))
        {
            lease.Value.IsWhole.ShouldBeTrue();
            taken.Add(lease.Value.Sequence);
            lease.Acknowledge().ShouldBeTrue();
        }

        return taken;
    }

    private ShmQueueOptions Options(int capacity, Func<ShmQueueOptions, ShmQueueOptions>? with)
    {
        ShmQueueOptions options = Folder.Options with { Capacity = capacity };
        return with == null ? options : with(options);
    }
}

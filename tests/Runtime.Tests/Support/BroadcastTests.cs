namespace TypedShmQueue.Runtime.Tests.Support;

/// <summary>The base of tests of broadcast queues; each suite is run for many producers and for one.</summary>
public abstract class BroadcastTests<TProducers> : IDisposable
    where TProducers : struct, IProducerRole
{
    protected static bool OneProducer => typeof(TProducers) == typeof(OneProducer);

    /// <summary>What the queues of this test declare.</summary>
    protected Overflow Overflow { get; set; } = Overflow.Any;

    protected QueueContract Contract => Contracts.Parcel<TProducers, Subscribers>(overflow: Overflow);

    protected QueueFolder Folder { get; } = new();

    protected string Name { get; } = ShmQueueName.NewUnique();

    protected string File => Folder.PathOf(Name);

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected static Parcel P(long sequence) => new(0, sequence);

    protected static Parcel[] Parcels(long first, int count) => [.. Enumerable.Range(0, count).Select(i => P(first + i))];

    protected static IEnumerable<long> Range(long first, int count) => Enumerable.Range(0, count).Select(i => first + i);

    protected TypedBroadcast<Parcel, TProducers> Create(int capacity = 8, int maxSubscriptions = 64, TimeSpan? retention = null) =>
        Folder.Track(TypedBroadcast<Parcel, TProducers>.Create(Contract, Name,
            Folder.Options with { Capacity = capacity, MaxSubscriptions = maxSubscriptions, Retention = retention }));

    protected TypedBroadcast<Parcel, TProducers> Open() =>
        Folder.Track(TypedBroadcast<Parcel, TProducers>.Open(Contract, Name, Folder.Options));

    /// <summary>Everything a subscription can take now.</summary>
    protected static IReadOnlyList<long> Drain(TypedSubscription<Parcel> subscription) => Drained.From(subscription);

    /// <summary>A position that no message will come to; with one producer there are none.</summary>
    protected static void SendNothing(TypedBroadcast<Parcel, TProducers> queue)
    {
        queue.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
        writer.Dispose();
    }
}

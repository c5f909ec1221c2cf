namespace TypedShmQueue.Runtime.Tests.Support;

/// <summary>
/// The base of tests that must hold whatever the roles: each suite is generic in them, and is run once for every combination.
/// </summary>
public abstract class QueueTests<TProducers, TConsumers> : IDisposable
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    protected static bool OneProducer => typeof(TProducers) == typeof(OneProducer);

    protected static bool OneConsumer => typeof(TConsumers) != typeof(ManyConsumers);

    protected static bool NeverDisplaces => typeof(TConsumers) == typeof(OneWaitingConsumer);

    protected static QueueContract Contract { get; } = Contracts.Parcel<TProducers, TConsumers>();

    protected QueueFolder Folder { get; } = new();

    protected string Name { get; } = ShmQueueName.NewUnique();

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected static Parcel P(long sequence) => new(0, sequence);

    protected static Parcel[] Parcels(long first, int count) => [.. Enumerable.Range(0, count).Select(i => P(first + i))];

    protected TypedQueue<Parcel, TProducers, TConsumers> Create(int capacity = 8, int maxParticipants = 64,
        WaitPolicy wait = WaitPolicy.Park) =>
        Folder.Track(TypedQueue<Parcel, TProducers, TConsumers>.Create(Contract, Name,
            Folder.Options with { Capacity = capacity, MaxParticipants = maxParticipants, Wait = wait }));

    protected TypedQueue<Parcel, TProducers, TConsumers> Open(WaitPolicy wait = WaitPolicy.Park) =>
        Folder.Track(TypedQueue<Parcel, TProducers, TConsumers>.Open(Contract, Name, Folder.Options with { Wait = wait }));

    /// <summary>Everything that can be taken now, one look in many at the oldest position included.</summary>
    protected static IReadOnlyList<long> Drain(TypedQueue<Parcel, TProducers, TConsumers> queue) => Drained.From(queue);

    protected static IEnumerable<long> Range(long first, int count) => Enumerable.Range(0, count).Select(i => first + i);
}

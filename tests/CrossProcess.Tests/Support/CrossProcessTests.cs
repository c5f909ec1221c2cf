namespace TypedShmQueue.CrossProcess.Tests.Support;

/// <summary>The base of tests with real second processes; the test's own process is one of the queue's too.</summary>
public abstract class CrossProcessTests<TProducers, TConsumers> : IDisposable
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    protected static bool OneProducer => typeof(TProducers) == typeof(OneProducer);

    protected static bool OneConsumer => typeof(TConsumers) != typeof(ManyConsumers);

    protected static QueueContract Contract { get; } = Contracts.Parcel<TProducers, TConsumers>();

    protected QueueFolder Folder { get; } = new();

    protected string Name { get; } = ShmQueueName.NewUnique();

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected TypedQueue<Parcel, TProducers, TConsumers> Create(int capacity, string? name = null) =>
        Folder.Track(TypedQueue<Parcel, TProducers, TConsumers>
            .Create(Contract, name ?? Name, Folder.Options with { Capacity = capacity }));

    protected PeerProcess Peer(string act, string argument = "", params string[] more) =>
        Folder.Track(PeerProcess.Start(Arguments(act, argument, more)));

    protected IEnumerable<string> Arguments(string act, string argument, params string[] more) =>
        [act, typeof(TProducers).Name, typeof(TConsumers).Name, Folder.Location, Name, argument, .. more];

    /// <summary>
    /// The survivor goes on as if nothing had been: so many messages, each once and in order, through a ring of a few slots.
    /// </summary>
    protected static void Pass(TypedQueue<Parcel, TProducers, TConsumers> queue, int count)
    {
        Worker producer = Worker.Start(() =>
        {
            for (int i = 0; i < count; i++) queue.Enqueue(new Parcel(1, i), default);
        });
        Worker consumer = Worker.Start(() =>
        {
            for (int i = 0; i < count; i++)
            {
                Parcel parcel = queue.Dequeue(default);
                if (parcel != new Parcel(1, i))
                    throw new InvalidDataException($"{parcel.Producer}/{parcel.Sequence} came in place of {i}.");
            }
        });
        producer.Join();
        consumer.Join();
    }
}

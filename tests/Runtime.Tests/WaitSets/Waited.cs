namespace TypedShmQueue.Runtime.Tests.WaitSets;

/// <summary>Something that a wait set waits for, whatever it is.</summary>
/// <param name="Waitable">What is added.</param>
/// <param name="Send">Sends a message, by another handle where there is one.</param>
/// <param name="Take">Takes a message, and settles it; null if there is none.</param>
/// <param name="Complete">Completes the queue.</param>
/// <param name="Dispose">Disposes what was added.</param>
internal sealed record Waited(IShmWaitable Waitable, Action<long> Send, Func<long?> Take, Action Complete, Action Dispose)
{
    public static IEnumerable<string> Kinds =>
    [
        "many/many", "many/one", "one/one", "serialized", "one/one serialized", "subscription", "one's subscription",
        "serialized subscription", "acknowledged", "group", "latest subscription",
    ];

    public static Waited Of(string kind, QueueFolder folder, int capacity = 8) => kind switch
    {
        "many/many" => Queue<ManyProducers, ManyConsumers>(folder, capacity),
        "many/one" => Queue<ManyProducers, OneConsumer>(folder, capacity),
        "one/one" => Queue<OneProducer, OneWaitingConsumer>(folder, capacity),
        "serialized" => Notes<ManyProducers, ManyConsumers>(folder, capacity),
        "one/one serialized" => Notes<OneProducer, OneWaitingConsumer>(folder, capacity),
        "subscription" => Subscription<ManyProducers>(folder, capacity, SubscribeFrom.Oldest),
        "one's subscription" => Subscription<OneProducer>(folder, capacity, SubscribeFrom.Oldest),
        "latest subscription" => Subscription<ManyProducers>(folder, capacity, SubscribeFrom.Latest),
        "serialized subscription" => NotesForAll(folder, capacity),
        "acknowledged" => Acknowledged(folder, capacity),
        "group" => Group(folder, capacity),
        _ => throw new NotSupportedException(kind),
    };

    private static Waited Queue<TProducers, TConsumers>(QueueFolder folder, int capacity)
        where TProducers : struct, IProducerRole
        where TConsumers : struct, IConsumerRole
    {
        string name = ShmQueueName.NewUnique();
        QueueContract contract = Contracts.Parcel<TProducers, TConsumers>();
        var queue = folder.Track(TypedQueue<Parcel, TProducers, TConsumers>
            .Create(contract, name, folder.Options with { Capacity = capacity }));
        var sender = folder.Track(TypedQueue<Parcel, TProducers, TConsumers>.Open(contract, name, folder.Options));
        return new(queue, n => sender.Enqueue(new Parcel(0, n), default), () => queue.TryDequeue(out Parcel p) ? p.Sequence : null,
            sender.Complete, queue.Dispose);
    }

    private static Waited Notes<TProducers, TConsumers>(QueueFolder folder, int capacity)
        where TProducers : struct, IProducerRole
        where TConsumers : struct, IConsumerRole
    {
        string name = ShmQueueName.NewUnique();
        var queue = folder.Track(NoteQueue<TProducers, TConsumers>.OpenOrCreate(name, folder.Options with { Capacity = capacity }));
        var sender = folder.Track(NoteQueue<TProducers, TConsumers>.OpenOrCreate(name, folder.Options with { Capacity = capacity }));
        return new(queue, n => sender.Enqueue(new Note(n, "note"), default), () => queue.TryDequeue(out Note? note) ? note.Id : null,
            sender.Complete, queue.Dispose);
    }

    private static Waited Subscription<TProducers>(QueueFolder folder, int capacity, SubscribeFrom from)
        where TProducers : struct, IProducerRole
    {
        var queue = Broadcast<TProducers>(folder, capacity);
        var subscription = queue.Subscribe(from, null);
        return new(subscription, n => queue.Enqueue(new Parcel(0, n), default),
            () => subscription.TryDequeue(out Parcel p) ? p.Sequence : null, queue.Complete, subscription.Dispose);
    }

    private static Waited NotesForAll(QueueFolder folder, int capacity)
    {
        var queue = folder.Track(NoteBroadcast<ManyProducers>.OpenOrCreate(ShmQueueName.NewUnique(),
            folder.Options with { Capacity = capacity }));
        var subscription = queue.Subscribe();
        return new(subscription, n => queue.Enqueue(new Note(n, "note"), default),
            () => subscription.TryDequeue(out Note? note) ? note.Id : null, queue.Complete, subscription.Dispose);
    }

    private static Waited Acknowledged(QueueFolder folder, int capacity)
    {
        string name = ShmQueueName.NewUnique();
        QueueContract contract = Contracts.Parcel<ManyProducers, Workers>();
        var queue = folder.Track(TypedAcknowledged<Parcel, ManyProducers>
            .Create(contract, name, folder.Options with { Capacity = capacity }));
        var sender = folder.Track(TypedAcknowledged<Parcel, ManyProducers>.Open(contract, name, folder.Options));
        return new(queue, n => sender.Enqueue(new Parcel(0, n), default), () => Settle(queue), sender.Complete, queue.Dispose);
    }

    private static Waited Group(QueueFolder folder, int capacity)
    {
        var queue = Broadcast<ManyProducers>(folder, capacity);
        var member = queue.JoinGroup("group");
        return new(member, n => queue.Enqueue(new Parcel(0, n), default), () => Settle(member), queue.Complete, member.Dispose);
    }

    private static TypedBroadcast<Parcel, TProducers> Broadcast<TProducers>(QueueFolder folder, int capacity)
        where TProducers : struct, IProducerRole =>
        folder.Track(TypedBroadcast<Parcel, TProducers>.Create(Contracts.Parcel<TProducers, Subscribers>(), ShmQueueName.NewUnique(),
            folder.Options with { Capacity = capacity }));

    private static long? Settle(IShmTaker<TypedLease<Parcel>> taker)
    {
        if (!taker.TryTake(out TypedLease<Parcel> lease)) return null;
        long sequence = lease.Value.Sequence;
        lease.Acknowledge();
        return sequence;
    }
}

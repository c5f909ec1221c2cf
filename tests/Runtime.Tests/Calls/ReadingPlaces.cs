using TypedShmQueue.Queue;

namespace TypedShmQueue.Runtime.Tests.Calls;

/// <summary>One of the places where messages can be read in their slots: who reads there, and who sends.</summary>
public abstract class ReadingPlace : IDisposable
{
    public const int Slots = 8;

    public abstract IShmReading<Parcel> Reader { get; }

    public abstract IShmConsumer<Parcel> Consumer { get; }

    public abstract IShmProducer<Parcel> Producer { get; }

    protected abstract QueueBase Queue { get; }

    public long Parked => Queue.GetStatistics().Parked;

    public void Complete() => Queue.Complete();

    /// <summary>Ends what reads; of a queue, that is the handle.</summary>
    public virtual void EndReader() => Queue.Dispose();

    public void Dispose()
    {
        EndReader();
        Queue.Dispose();
        GC.SuppressFinalize(this);
    }

    protected static ShmQueueOptions Sized(ShmQueueOptions options) => options with { Capacity = Slots };
}

/// <summary>A queue with one consumer. Producers wait for it.</summary>
public sealed class WaitedFor<TProducers>(ShmQueueOptions options) : ReadingPlace
    where TProducers : struct, IProducerRole
{
    private readonly TypedReading<Parcel, TProducers> _queue = TypedReading<Parcel, TProducers>.Create(
        Contracts.Parcel<TProducers, OneWaitingConsumer>(), ShmQueueName.NewUnique(), Sized(options));

    public override IShmReading<Parcel> Reader => _queue;

    public override IShmConsumer<Parcel> Consumer => _queue;

    public override IShmProducer<Parcel> Producer => _queue;

    protected override QueueBase Queue => _queue;
}

/// <summary>A queue with one consumer. Producers may overtake it.</summary>
public sealed class Overtaken<TProducers>(ShmQueueOptions options) : ReadingPlace
    where TProducers : struct, IProducerRole
{
    private readonly TypedOvertaken<Parcel, TProducers> _queue = TypedOvertaken<Parcel, TProducers>.Create(
        Contracts.Parcel<TProducers, OneConsumer>(), ShmQueueName.NewUnique(), Sized(options));

    public override IShmReading<Parcel> Reader => _queue;

    public override IShmConsumer<Parcel> Consumer => _queue;

    public override IShmProducer<Parcel> Producer => _queue;

    protected override QueueBase Queue => _queue;
}

/// <summary>A subscription, for which producers wait or do not.</summary>
public abstract class Subscribed<TProducers> : ReadingPlace
    where TProducers : struct, IProducerRole
{
    private readonly TypedBroadcast<Parcel, TProducers> _queue;
    private readonly TypedSubscription<Parcel> _subscription;

    protected Subscribed(ShmQueueOptions options, bool lossy)
    {
        _queue = TypedBroadcast<Parcel, TProducers>.Create(Contracts.Parcel<TProducers, Subscribers>(), ShmQueueName.NewUnique(),
            Sized(options));
        _subscription = _queue.Subscribe(SubscribeFrom.Oldest, new SubscriptionOptions { Lossy = lossy });
    }

    public override IShmReading<Parcel> Reader => _subscription;

    public override IShmConsumer<Parcel> Consumer => _subscription;

    public override IShmProducer<Parcel> Producer => _queue;

    protected override QueueBase Queue => _queue;

    public override void EndReader() => _subscription.Dispose();
}

public sealed class Listening<TProducers>(ShmQueueOptions options) : Subscribed<TProducers>(options, lossy: false)
    where TProducers : struct, IProducerRole;

public sealed class Lossy<TProducers>(ShmQueueOptions options) : Subscribed<TProducers>(options, lossy: true)
    where TProducers : struct, IProducerRole;

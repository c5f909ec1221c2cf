namespace TypedShmQueue.CrossProcess.Tests.Support;

/// <summary>What messages are taken from under leases: a queue with acknowledged delivery, or a named group of a broadcast queue.</summary>
/// <param name="producers">The role, as a peer gets it.</param>
/// <param name="consumers">The role, as a peer gets it.</param>
public abstract class LeaseKind(string producers, string consumers)
{
    /// <summary>The group's name, which the peer knows too.</summary>
    public const string Jobs = "jobs";

    /// <summary>Whether a single handle sends.</summary>
    public bool HasOneProducer => producers is nameof(OneProducer);

    public static IShmProducer<Parcel> SenderOf(QueueBase queue) => (IShmProducer<Parcel>)queue;

    public static ShmQueueGroup GroupOf(QueueBase queue) => queue.GetStatistics().Groups.Single();

    /// <summary>Creates the queue. Its group is there, and has no member.</summary>
    public abstract QueueBase Create(QueueFolder folder, string name, ShmQueueOptions options);

    /// <summary>Opens it.</summary>
    public abstract QueueBase Open(QueueFolder folder, string name, ShmQueueOptions options);

    /// <summary>Takes by this handle.</summary>
    public abstract IShmTaker<TypedLease<Parcel>> Taker(QueueFolder folder, QueueBase queue);

    /// <summary>Where a handle's dead letters are, which names the queue's name and ".dead" for them.</summary>
    public virtual string DeadLettersOf(string name) => name + ".dead";

    /// <summary>Removes a group that nobody wants, where there can be several.</summary>
    public virtual void RemoveGroup(QueueBase queue, string name)
    {
        // There is one, which stays.
    }

    public PeerProcess Start(QueueFolder folder, string name, string act, string argument = "") =>
        folder.Track(PeerProcess.Start([act, producers, consumers, folder.Location, name, argument]));
}

/// <summary>The workers of a queue with acknowledged delivery.</summary>
public sealed class WorkersKind<TProducers>() : LeaseKind(typeof(TProducers).Name, nameof(Workers))
    where TProducers : struct, IProducerRole
{
    private static readonly QueueContract s_contract = Contracts.Parcel<TProducers, Workers>();

    public override QueueBase Create(QueueFolder folder, string name, ShmQueueOptions options) =>
        folder.Track(TypedAcknowledged<Parcel, TProducers>.Create(s_contract, name, options));

    public override QueueBase Open(QueueFolder folder, string name, ShmQueueOptions options) =>
        folder.Track(TypedAcknowledged<Parcel, TProducers>.Open(s_contract, name, options));

    public override IShmTaker<TypedLease<Parcel>> Taker(QueueFolder folder, QueueBase queue) => (IShmTaker<TypedLease<Parcel>>)queue;
}

/// <summary>The members of a named group, beside a subscription that nobody waits for.</summary>
public sealed class GroupKind<TProducers>() : LeaseKind(typeof(TProducers).Name, nameof(Subscribers))
    where TProducers : struct, IProducerRole
{
    private static readonly QueueContract s_contract = Contracts.Parcel<TProducers, Subscribers>();

    public override QueueBase Create(QueueFolder folder, string name, ShmQueueOptions options)
    {
        var queue = folder.Track(TypedBroadcast<Parcel, TProducers>.Create(s_contract, name, options));
        using var founder = TypedBroadcast<Parcel, TProducers>.Open(s_contract, name, options);
        founder.JoinGroup(Jobs).Dispose();
        _ = folder.Track(queue.Subscribe(SubscribeFrom.Oldest, new SubscriptionOptions { Lossy = true }));
        return queue;
    }

    public override QueueBase Open(QueueFolder folder, string name, ShmQueueOptions options) =>
        folder.Track(TypedBroadcast<Parcel, TProducers>.Open(s_contract, name, options));

    /// <summary>Each group has a queue of its own.</summary>
    public override string DeadLettersOf(string name) => $"{base.DeadLettersOf(name)}.{Jobs}";

    public override void RemoveGroup(QueueBase queue, string name) => _ = ((TypedBroadcast<Parcel, TProducers>)queue).RemoveGroup(name);

    public override IShmTaker<TypedLease<Parcel>> Taker(QueueFolder folder, QueueBase queue) =>
        folder.Track(((TypedBroadcast<Parcel, TProducers>)queue).JoinGroup(Jobs));
}

using TypedShmQueue.Layout;

namespace TypedShmQueue.Peer.Fuzz;

/// <summary>One open queue of a case, whatever it delivers to: what the case does with it.</summary>
internal interface IFuzzed : IDisposable
{
    int Capacity { get; }

    bool TryEnqueue(in Parcel parcel);

    /// <summary>Takes a message for good, if there is one.</summary>
    void TryTakeOne();

    bool TryClaim(out SlotWriter<Parcel> writer);

    void Complete();

    /// <summary>Some calls of those that send.</summary>
    void Send(Random random);

    /// <summary>Some calls of those that take.</summary>
    void Take(Random random);
}

/// <summary>The kind of queue that a case is about.</summary>
/// <param name="contract">The queue's.</param>
/// <param name="hasManyProducers">Whether a second handle may send.</param>
internal abstract class FuzzKind(QueueContract contract, bool hasManyProducers)
{
    public QueueContract Contract => contract;

    public bool HasManyProducers => hasManyProducers;

    public abstract IFuzzed Create(string name, ShmQueueOptions options, FuzzPage page);

    /// <summary>Null: there is none.</summary>
    public abstract IFuzzed? TryOpen(string name, ShmQueueOptions options, FuzzPage page);

    public abstract IFuzzed OpenOrCreate(string name, ShmQueueOptions options, FuzzPage page);

    /// <summary>Of what <see cref="Create"/> makes.</summary>
    public virtual SegmentGeometry Geometry(ShmQueueOptions options) =>
        new(options.Capacity!.Value, contract.MessageSize, options.MaxParticipants, contract.SchemaLength);
}

/// <summary>A queue that gives each message to one consumer.</summary>
internal sealed class QueueKind<TProducers, TConsumers>(QueueContract contract)
    : FuzzKind(contract, typeof(TProducers) == typeof(ManyProducers))
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    public override IFuzzed Create(string name, ShmQueueOptions options, FuzzPage page) =>
        new Exercise<TProducers, TConsumers>(TypedQueue<Parcel, TProducers, TConsumers>.Create(Contract, name, options), page);

    public override IFuzzed? TryOpen(string name, ShmQueueOptions options, FuzzPage page) =>
        TypedQueue<Parcel, TProducers, TConsumers>.TryOpen(Contract, name, options, out var queue)
            ? new Exercise<TProducers, TConsumers>(queue, page)
            : null;

    public override IFuzzed OpenOrCreate(string name, ShmQueueOptions options, FuzzPage page) =>
        new Exercise<TProducers, TConsumers>(TypedQueue<Parcel, TProducers, TConsumers>.OpenOrCreate(Contract, name, options), page);
}

using System.ComponentModel;
using TypedShmQueue.Queue;
using TypedShmQueue.Ring;

namespace TypedShmQueue.CompilerServices;

/// <summary>A queue whose messages each go to one worker, and to another if that one dies or gives it back.</summary>
/// <typeparam name="TMessage">The message.</typeparam>
/// <typeparam name="TSink">How it gets into a slot.</typeparam>
/// <typeparam name="TLease">The emitted lease.</typeparam>
/// <typeparam name="TMaker">How that is made.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class LeasingQueue<TMessage, TSink, TLease, TMaker> : Sender<TMessage, TSink>, IShmTaker<TLease>,
    IShmAcknowledged<TMessage>
    where TSink : struct, ISink<TMessage>
    where TLease : struct, IShmLease
    where TMaker : struct, ILeaseMaker<TLease>
{
    private readonly LeaseTaker<TLease, TMaker> _taker;
    private readonly LeasedMessages<TMessage> _messages;
    private LeaseTaker<ShmLease<TMessage>, AnyLeases<TMessage>>? _anyTaker;

    private protected LeasingQueue(TSink sink, TMaker maker, LeasedMessages<TMessage> messages)
        : base(sink)
    {
        _taker = new(maker);
        _messages = messages;
    }

    ConsumerEnd? IShmWaitable.TakingEnd => _messages.Core;

    internal override GroupMember Workers => _messages.Core;

    ShmQueueGroup IShmAcknowledged.Workers => GetStatistics().Groups is [var workers, ..] ? workers : new ShmQueueGroup();

    IShmTaker<ShmLease<TMessage>> IShmAcknowledged<TMessage>.Leases =>
        LazyInitializer.EnsureInitialized(ref _anyTaker, () => new(new(_messages)));

    /// <inheritdoc/>
    public TLease Take(CancellationToken cancellationToken = default) => _taker.Take(cancellationToken);

    /// <inheritdoc/>
    public bool TryTake(out TLease lease) => _taker.TryTake(out lease);

    /// <inheritdoc/>
    public bool TryTake(out TLease lease, TimeSpan timeout) => _taker.TryTake(out lease, timeout);

    /// <inheritdoc/>
    public int Take(Span<TLease> leases, CancellationToken cancellationToken = default) => _taker.Take(leases, cancellationToken);

    /// <inheritdoc/>
    public int TryTake(Span<TLease> leases) => _taker.TryTake(leases);

    /// <inheritdoc/>
    public int TryTake(Span<TLease> leases, TimeSpan timeout) => _taker.TryTake(leases, timeout);

    /// <inheritdoc/>
    public int Acknowledge(ReadOnlySpan<TLease> leases) => _taker.Acknowledge(leases);

    /// <inheritdoc/>
    public ValueTask<TLease> TakeAsync(CancellationToken cancellationToken = default) => _taker.TakeAsync(cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<TLease> ReadAllLeasesAsync(CancellationToken cancellationToken = default) =>
        _taker.ReadAllLeasesAsync(cancellationToken);
}

/// <summary>A queue of unmanaged messages with acknowledged delivery: what an emitted one inherits.</summary>
/// <typeparam name="T">The message.</typeparam>
/// <typeparam name="TProducers">The producers' protocol.</typeparam>
/// <typeparam name="TLease">The emitted lease.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class AcknowledgedQueue<T, TProducers, TLease> :
    LeasingQueue<T, PlainSink<T, TProducers, Workers>, TLease, PlainLeases<TLease>>
    where T : unmanaged
    where TProducers : struct, IProducerRole
    where TLease : struct, IShmLease, ILeaseHolder
{
    /// <param name="handle">The attached queue.</param>
    protected AcknowledgedQueue(QueueHandle handle)
        : this(new RingCore<T, TProducers, Workers>(QueueHandle.SessionOf(handle)))
    {
    }

    private AcknowledgedQueue(RingCore<T, TProducers, Workers> core)
        : this(core, WorkerGroup.Of(core))
    {
    }

    private AcknowledgedQueue(RingCore<T, TProducers, Workers> core, GroupMember group)
        : base(new(core), new(group), new PlainMessages<T>(group))
    {
    }

    /// <inheritdoc cref="IShmQueue{TSelf, T}.TryClaim(out SlotWriter{T})"/>
    public bool TryClaim(out SlotWriter<T> writer) => Sink.Core.TryClaim(out writer);

    /// <inheritdoc cref="IShmQueue{TSelf, T}.TryClaim(int, out SlotSpan{T})"/>
    public bool TryClaim(int most, out SlotSpan<T> span) => Sink.Core.TryClaim(most, out span);

    /// <inheritdoc cref="IShmQueue{TSelf, T}.TryClaim(out SlotWriter{T}, TimeSpan)"/>
    public bool TryClaim(out SlotWriter<T> writer, TimeSpan timeout) => Sink.Core.TryClaim(out writer, timeout);

    /// <inheritdoc cref="IShmQueue{TSelf, T}.Claim(out SlotWriter{T}, CancellationToken)"/>
    public void Claim(out SlotWriter<T> writer, CancellationToken cancellationToken = default) =>
        Sink.Core.Claim(out writer, cancellationToken);
}

/// <summary>A queue of serialized messages with acknowledged delivery: what an emitted one inherits.</summary>
/// <typeparam name="TMessage">The message.</typeparam>
/// <typeparam name="TLease">The emitted lease.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class SerializedAcknowledgedQueue<TMessage, TLease> :
    LeasingQueue<TMessage, SerializedSink<TMessage>, TLease, SerializedLeases<TMessage, TLease>>
    where TLease : struct, IShmLease, ILeaseHolder<TMessage>
{
    /// <param name="queue">The attached queue, with its serializer.</param>
    protected SerializedAcknowledgedQueue(SerializedHandle<TMessage> queue)
        : base(new(SerializedHandle<TMessage>.SlotsOf(queue)), new(queue.Group!), queue.Group!)
    {
    }
}

/// <summary>A member of a consumer group of a broadcast queue of unmanaged messages.</summary>
/// <typeparam name="T">The message.</typeparam>
/// <typeparam name="TLease">The emitted lease.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class MessageGroup<T, TLease> : LeaseTaker<TLease, PlainLeases<TLease>>, IShmGroup<TLease>
    where T : unmanaged
    where TLease : struct, IShmLease, ILeaseHolder
{
    /// <param name="joined">What the queue joined.</param>
    protected MessageGroup(Joined joined)
        : base(new(Joined.CoreOf(joined)))
    {
    }

    /// <inheritdoc/>
    public string Name => Group.Name!;

    /// <inheritdoc/>
    public void Dispose()
    {
        Group.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A group that was joined, before the member has its type.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public sealed class Joined
    {
        private readonly GroupMember _core;

        internal Joined(GroupMember core) => _core = core;

        internal static GroupMember CoreOf(Joined joined)
        {
            ArgumentNullException.ThrowIfNull(joined);
            return joined._core;
        }
    }
}

/// <summary>A member of a consumer group of a broadcast queue of serialized messages.</summary>
/// <typeparam name="TMessage">The message.</typeparam>
/// <typeparam name="TLease">The emitted lease.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class SerializedMessageGroup<TMessage, TLease> : LeaseTaker<TLease, SerializedLeases<TMessage, TLease>>, IShmGroup<TLease>
    where TLease : struct, IShmLease, ILeaseHolder<TMessage>
{
    /// <param name="joined">What the queue joined.</param>
    protected SerializedMessageGroup(Joined joined)
        : base(new(Joined.GroupOf(joined)))
    {
    }

    /// <inheritdoc/>
    public string Name => Group.Name!;

    /// <inheritdoc/>
    public void Dispose()
    {
        Group.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>A group that was joined, before the member has its type.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public sealed class Joined
    {
        private readonly SerializedGroup<TMessage> _group;

        internal Joined(SerializedGroup<TMessage> group) => _group = group;

        internal static SerializedGroup<TMessage> GroupOf(Joined joined)
        {
            ArgumentNullException.ThrowIfNull(joined);
            return joined._group;
        }
    }
}

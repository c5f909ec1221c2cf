using System.ComponentModel;
using System.Text;
using TypedShmQueue.Async;
using TypedShmQueue.Durable;
using TypedShmQueue.Layout.Schema;
using TypedShmQueue.Queue;
using TypedShmQueue.Queue.Groups;
using TypedShmQueue.Region;
using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.CompilerServices;

/// <summary>
/// A queue whose messages are known by their bytes only: what a bridge to another system is written against, once for all queues. The bytes
/// of an unmanaged message are the message as it is in memory, little-endian; those of a serialized one are what its serializer wrote. Any
/// thread may call any member. It ends with the queue's handle, and needs no disposal.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class QueueBytes
{
    private readonly QueueCore _core;
    private readonly Func<string, SubscribeFrom, GroupMember>? _joins;
    private readonly AsyncCalls<ValueTuple, bool> _waitsToWrite;
    private readonly byte[] _schema;

    internal QueueBytes(QueueCore core, GroupMember? workers, Func<string, SubscribeFrom, GroupMember>? joins)
    {
        _core = core;
        _joins = joins;
        _schema = core.Session.Contract.Identity.Schema.ToArray();
        _waitsToWrite = new(core.Sending.Line, core.Sending.LookForRoom, core.Sending.Waited);
        IsSerialized = ShmSchema.TryParse(_schema, out ShmSchema? schema) && schema.Serializer != null;
        MessageName = schema?.Name ?? "?";
        if (workers != null) Leases = new LeaseTaker<BytesLease, BytesLeases>(new(workers, IsSerialized));
    }

    /// <summary>
    /// Which start of the machine this is: from 1 to 2^20 - 1, and most likely another after each start. A file that was not written
    /// through to its disk is worth nothing after another one.
    /// </summary>
    public static uint MachineStart => BootClock.Start;

    /// <summary>The queue's name.</summary>
    public string Name => _core.Name;

    /// <summary>The whole path of the queue's file.</summary>
    public string Path => _core.Session.Path;

    /// <summary>
    /// The whole path of the file that is mapped: the queue's own, or, of a durable queue, that of its ring in memory, which ends with the
    /// machine's start.
    /// </summary>
    public string RingPath => _core.Session.RingPath;

    /// <summary>
    /// A random number that the queue got when it was created. It outlives every process, and not the queue: together with a position it
    /// names one message, among the messages of all queues.
    /// </summary>
    public ulong QueueId => _core.Session.QueueId;

    /// <summary>The message's simple name.</summary>
    public string MessageName { get; }

    /// <summary>Whether a serializer writes the messages, so that they have lengths of their own.</summary>
    public bool IsSerialized { get; }

    /// <summary>Bytes of one message; of serialized messages, the most bytes of one.</summary>
    public int MaxBytes => _core.Session.Geometry.MessageSize - (IsSerialized ? sizeof(int) : 0);

    /// <summary>The hash of <see cref="Schema"/>.</summary>
    public ulong SchemaId => _core.Session.Contract.SchemaId;

    /// <summary>The message's layout as UTF-8 text.</summary>
    public ReadOnlyMemory<byte> Schema => _schema;

    /// <summary>The most messages that the queue can hold.</summary>
    public int Capacity => _core.Capacity;

    /// <summary>Messages in the queue at this instant.</summary>
    /// <exception cref="ObjectDisposedException">The queue's handle was disposed.</exception>
    public int Count => _core.Count;

    /// <summary>After what time others may take a message back from this handle: see <see cref="ShmQueueOptions.LeaseTimeout"/>.</summary>
    public TimeSpan? LeaseTimeout => _core.Session.Options.LeaseTimeout;

    /// <summary>How often a message is delivered at most: see <see cref="ShmQueueOptions.MaxDeliveries"/>; 0 is any number.</summary>
    public int MaxDeliveries => _core.Session.Options.MaxDeliveries;

    /// <summary>
    /// Whether somebody has deleted the queue. It costs no system call, and does not see a file that was taken away without that.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The queue's handle was disposed.</exception>
    public bool IsDeleted
    {
        get
        {
            _core.ThrowIfDisposed();
            bool isDeleted = _core.Session.IsMarkedDeleted;
            GC.KeepAlive(_core);
            return isDeleted;
        }
    }

    /// <summary>Whether messages may be joined for by groups.</summary>
    public bool HasGroups => _joins != null;

    /// <summary>Takes the messages of a queue with acknowledged delivery; null for any other queue.</summary>
    public IShmTaker<BytesLease>? Leases { get; }

    /// <summary>The messages of an emitted queue as bytes.</summary>
    /// <param name="queue">A handle on the queue.</param>
    /// <exception cref="ArgumentException">No emitted type is this.</exception>
    public static QueueBytes Of(object queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        return queue is QueueBase emitted
            ? new(emitted.Handle, emitted.Workers, emitted.Joins)
            : throw new ArgumentException($"{queue.GetType()} is not an emitted queue type: pass a handle of a type that [ShmQueue] made.",
                nameof(queue));
    }

    /// <summary>Counts and participants at this instant. Allocates, and makes system calls.</summary>
    /// <exception cref="ObjectDisposedException">The queue's handle was disposed.</exception>
    public ShmQueueStatistics GetStatistics() => _core.GetStatistics();

    /// <summary>Becomes a member of a group of a broadcast queue: see <see cref="IShmGroups{T}.JoinGroup"/>.</summary>
    /// <param name="name">The group's name, up to 63 bytes of UTF-8.</param>
    /// <param name="from">Where a new group begins; means nothing for one that exists.</param>
    /// <exception cref="InvalidOperationException">It is no broadcast queue.</exception>
    public IShmGroup<BytesLease> JoinGroup(string name, SubscribeFrom from = default) =>
        _joins == null
            ? throw new InvalidOperationException($"The queue '{Name}' has no groups: only a broadcast queue has.")
            : new BytesGroup(new(_joins(name, from), IsSerialized));

    /// <summary>Sends a message if there is room. Never waits.</summary>
    /// <param name="message">Its bytes: as many as <see cref="MaxBytes"/> says, or up to so many of a serialized one.</param>
    /// <param name="mark">What to wait for with <see cref="WaitForCommitAsync"/>; the default in a queue that is not durable.</param>
    /// <returns>Whether it was sent; false if the queue is full.</returns>
    /// <exception cref="ArgumentException">They are no message of this queue: there are too many or too few.</exception>
    /// <exception cref="ShmQueueCompletedException">The queue was completed.</exception>
    /// <exception cref="ShmQueueRoleTakenException">The queue has one producer, and another handle is the producer.</exception>
    /// <exception cref="ObjectDisposedException">The queue's handle was disposed.</exception>
    public bool TryEnqueue(ReadOnlySpan<byte> message, out CommitMark mark)
    {
        long nobody = 0;
        return TryEnqueue(message, ref nobody, out mark);
    }

    /// <summary>
    /// The same, for who must know after a death whether the message was sent: <see cref="WasSent"/> tells by what was stored.
    /// </summary>
    /// <param name="message">Its bytes, as above.</param>
    /// <param name="claimed">
    /// Gets the message's position after that is claimed and before the message is there. To be of use it is memory that survives the
    /// process.
    /// </param>
    /// <param name="mark">As above.</param>
    /// <inheritdoc cref="TryEnqueue(ReadOnlySpan{byte}, out CommitMark)" path="/returns"/>
    /// <inheritdoc cref="TryEnqueue(ReadOnlySpan{byte}, out CommitMark)" path="/exception"/>
    public bool TryEnqueue(ReadOnlySpan<byte> message, ref long claimed, out CommitMark mark)
    {
        mark = default;
        if (message.Length > MaxBytes || (!IsSerialized && message.Length < MaxBytes))
            throw new ArgumentException($"A message of the queue '{Name}' has {(IsSerialized ? "at most " : "")}{MaxBytes} bytes, and "
                + $"this one has {message.Length}.", nameof(message));
        ProducerEnd end = _core.Sending;
        while (true)
        {
            RingStatus status = _core.TrySendBytes(message, IsSerialized, ref claimed);
            if (status == RingStatus.Done)
            {
                _core.Sent(IsBroadcast ? int.MaxValue : 1); // E3
                if (_core.Session.Committer != null) mark = new CommitMark(Committer.SentHere);
                return true;
            }

            if (status == RingStatus.Blocked) status = end.TryMakeRoom(waits: false);
            if (status == RingStatus.Blocked) return false;
            if (status != RingStatus.Done) end.Resolve(status);
        }
    }

    /// <summary>
    /// Whether a process that is dead has sent the message for which it claimed a position. Precondition: it is dead, and
    /// <see cref="RingNumber"/> is what it was then.
    /// </summary>
    /// <param name="claimed">The position, as <see cref="TryEnqueue(ReadOnlySpan{byte}, ref long, out CommitMark)"/> stored it.</param>
    /// <param name="mark">If so, what to wait for with <see cref="WaitForCommitAsync"/>.</param>
    /// <returns>
    /// True: it was sent. False: it was not, and never will be. Null: nobody knows, because the ring has gone round since, or because the
    /// queue has one producer, which takes positions without saying so before.
    /// </returns>
    /// <exception cref="ObjectDisposedException">The queue's handle was disposed.</exception>
    public bool? WasSent(long claimed, out CommitMark mark)
    {
        _core.ThrowIfDisposed();
        bool? was = _core.WasPublished(claimed);
        mark = was == true && _core.Session.Committer != null ? new CommitMark(claimed + 1) : default;
        return was;
    }

    /// <summary>
    /// Which of the rings it is that a durable queue has had: another one after each time that it was read from its disk. 0 for any other
    /// queue, which has one ring as long as it is there.
    /// </summary>
    public long RingNumber => _core.Session.Committer?.RingNumber ?? 0;

    /// <summary>
    /// Where this handle has <see cref="Durability.Committed"/>, completed when the disk has what was sent before the mark; at once for any
    /// other handle.
    /// </summary>
    /// <param name="mark">Of a message that was sent.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ShmQueueDurabilityException">The disk does not take it.</exception>
    /// <exception cref="ArgumentException">The mark is beyond what was sent: it is of another queue.</exception>
    /// <exception cref="ObjectDisposedException">The queue's handle was disposed.</exception>
    public ValueTask WaitForCommitAsync(CommitMark mark, CancellationToken cancellationToken = default)
    {
        if (_core.Session.CommitterOfCalls is not { } committer) return default;
        _core.ThrowIfForeign(mark);
        return committer.WaitForLimitAsync(mark.Limit, cancellationToken);
    }

    /// <summary>
    /// In a durable queue, waits until the disk has a message that was taken. Before that a power failure takes the message back, and its
    /// position becomes another message's. Whoever passes positions on must not do so earlier.
    /// </summary>
    /// <param name="lease">The message.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <inheritdoc cref="WaitForCommitAsync" path="/exception"/>
    public void WaitForCommit(BytesLease lease, CancellationToken cancellationToken = default) =>
        _core.Session.Committer?.WaitForLimit(lease.Position + Capacity + 1, Deadline.Never, cancellationToken);

    /// <inheritdoc cref="IShmProducer{T}.WaitToWriteAsync"/>
    public ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default) =>
        _waitsToWrite.Start(default, closely: false, cancellationToken);

    /// <summary>Compares another message's layout with that of this queue, field by field, for a person.</summary>
    /// <param name="schema">The other layout, UTF-8.</param>
    /// <param name="place">What has it, such as "the stream 'orders'".</param>
    /// <returns>What differs.</returns>
    public string DescribeDifference(ReadOnlySpan<byte> schema, string place) =>
        SchemaDifference.List(schema, _schema, place, $"the queue '{Name}'");

    private bool IsBroadcast => _core.Session.Geometry.MaxSubscriptions > 0;

    /// <inheritdoc/>
    public override string ToString() => $"{Name} of {MessageName}: {Encoding.UTF8.GetString(_schema)}";
}

/// <summary>A message under a lease, known by its bytes only.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly struct BytesLease : IShmLease, IEquatable<BytesLease>
{
    private readonly LeaseToken _token;
    private readonly GroupMember? _group;
    private readonly bool _hasLength;

    internal BytesLease(LeaseToken token, GroupMember group, bool hasLength) =>
        (_token, _group, _hasLength) = (token, group, hasLength);

    /// <summary>The message in its slot: nothing is copied. Not to be used after the lease is settled.</summary>
    /// <exception cref="InvalidOperationException">The lease was settled already.</exception>
    /// <exception cref="ShmQueueCorruptException">The slot says a length that no serialized message has.</exception>
    /// <exception cref="ObjectDisposedException">The queue was disposed, so the message went to others.</exception>
    public unsafe ReadOnlySpan<byte> Bytes
    {
        get
        {
            _token.ThrowIfNotOpen();
            // The lease is open, so that nobody writes the slot, and the group keeps it mapped.
            byte* slot = _group!.Message(_token.Position + _group.Handle.Capacity);
            int size = _group.Handle.Session.Geometry.MessageSize;
            if (!_hasLength) return new(slot, size);
            int length = Volatile.Read(ref *(int*)slot);
            if (length < 0 || length > size - sizeof(int))
                throw new ShmQueueCorruptException(_group.Handle.Name, $"A message of the queue '{_group.Handle.Name}' has a length that "
                    + $"no serializer wrote: {length} bytes. Something else wrote to its file. Reject the message, or delete the queue.");
            return new(slot + sizeof(int), length);
        }
    }

    /// <inheritdoc/>
    public int Deliveries => _token.Deliveries;

    /// <inheritdoc/>
    public long Position => _token.Position;

    /// <inheritdoc/>
    public bool Acknowledge() => _token.Acknowledge();

    /// <inheritdoc/>
    public void Abandon() => _token.Abandon();

    /// <inheritdoc/>
    public void Abandon(TimeSpan delay) => _token.Abandon(delay);

    /// <inheritdoc/>
    public void Reject() => _token.Reject();

    /// <summary>Gives the message back if it was not settled.</summary>
    public void Dispose() => _token.Dispose();

    /// <inheritdoc/>
    public bool Equals(BytesLease other) => _token.Equals(other._token);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is BytesLease other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => _token.GetHashCode();

    internal LeaseToken Token => _token;

    /// <summary>Whether two are the same lease.</summary>
    public static bool operator ==(BytesLease left, BytesLease right) => left.Equals(right);

    /// <summary>Whether two are different leases.</summary>
    public static bool operator !=(BytesLease left, BytesLease right) => !left.Equals(right);
}

/// <summary>Makes leases of messages that are known by their bytes only.</summary>
internal readonly struct BytesLeases(GroupMember group, bool hasLength) : ILeaseMaker<BytesLease>
{
    GroupMember ILeaseMaker<BytesLease>.Group => group;

    static bool ILeaseMaker<BytesLease>.RunsUserCode => false;

    static LeaseToken ILeaseMaker<BytesLease>.TokenOf(in BytesLease lease) => lease.Token;

    BytesLease ILeaseMaker<BytesLease>.Make(LeaseToken token, long position) => new(token, group, hasLength);
}

/// <summary>A member of a group of a broadcast queue, of messages that are known by their bytes only.</summary>
internal sealed class BytesGroup(BytesLeases leases) : LeaseTaker<BytesLease, BytesLeases>(leases), IShmGroup<BytesLease>
{
    public string Name => Group.Name!;

    public void Dispose() => Group.Dispose();
}

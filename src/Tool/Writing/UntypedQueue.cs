using System.Runtime.InteropServices;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Inspection;
using TypedShmQueue.Layout;
using TypedShmQueue.Queue;
using TypedShmQueue.Queue.Broadcast;
using TypedShmQueue.Queue.Groups;
using TypedShmQueue.Ring;
using TypedShmQueue.Tool.Shell;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.Tool.Writing;

/// <summary>
/// A handle on a queue of messages that are known by their bytes only. It is a participant like any other, under the queue's own roles, and
/// goes through the same ring code as compiled queues.
/// </summary>
internal abstract class UntypedQueue : IDisposable
{
    /// <summary>Sends; false if there was no room in time.</summary>
    public abstract bool TrySend(ReadOnlySpan<byte> message, TimeSpan patience, CancellationToken cancellation);

    /// <summary>Sends; if there is no room, the oldest message goes. True if one went.</summary>
    public abstract bool SendShift(ReadOnlySpan<byte> message);

    /// <summary>Returns when the disk has what was sent and taken so far; at once if the queue is not durable.</summary>
    public abstract void Commit(CancellationToken cancellation);

    /// <summary>Takes the oldest message if there is one.</summary>
    public abstract bool TryTake(Span<byte> message);

    /// <summary>
    /// Takes the oldest message; waits for one that is claimed, and passes what the dead claimed. False if none came in time.
    /// </summary>
    public abstract bool TryTake(Span<byte> message, TimeSpan patience, CancellationToken cancellation);

    /// <summary>
    /// Becomes a member of a group: of one of a broadcast queue, or of the workers of a queue with acknowledged delivery (null). Null if
    /// there is none of that name. Once only.
    /// </summary>
    public abstract UntypedMember? TryJoin(string? group);

    /// <summary>The queue as a bridge to another system sees it. Once only.</summary>
    public abstract QueueBytes ToBytes();

    /// <summary>Detaches.</summary>
    public abstract void Dispose();

    /// <summary>Opens the queue that a reader is looking at.</summary>
    public static UntypedQueue Open(SegmentReader queue)
    {
        UntypedQueue untyped = For(queue.Roles);
        return untyped.TryOpen(Contracts.Of(queue), queue.Place) ? untyped : throw ShmqException.NoSuchQueue(queue.Place);
    }

    /// <summary>Creates a queue.</summary>
    /// <exception cref="ShmQueueExistsException">There is one of that name.</exception>
    public static UntypedQueue Create(QueueContract contract, QueuePlace place)
    {
        UntypedQueue untyped = For(contract.Roles);
        untyped.CreateNew(contract, place);
        return untyped;
    }

    /// <summary>Each combination by its name: no type is made at run time, so that the tool can be compiled ahead of time.</summary>
    private static UntypedQueue For(RoleFlags roles) => roles.HasOneProducer ? For<OneProducer>(roles) : For<ManyProducers>(roles);

    private static UntypedQueue For<TProducers>(RoleFlags roles) where TProducers : struct, IProducerRole
    {
        if (roles.IsAcknowledged) return new UntypedQueue<TProducers, Workers>();
        if (roles.IsBroadcast) return new UntypedQueue<TProducers, Subscribers>();
        if (!roles.HasOneConsumer) return new UntypedQueue<TProducers, ManyConsumers>();
        return roles.Waits ? new UntypedQueue<TProducers, OneWaitingConsumer>() : new UntypedQueue<TProducers, OneConsumer>();
    }

    private protected abstract void CreateNew(QueueContract contract, QueuePlace place);

    private protected abstract bool TryOpen(QueueContract contract, QueuePlace place);
}

/// <summary>The handle, for the queue's roles.</summary>
internal sealed class UntypedQueue<TProducers, TConsumers> : UntypedQueue
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    private RingCore<AnyMessage, TProducers, TConsumers>? _queue;

    private RingCore<AnyMessage, TProducers, TConsumers> Queue => _queue ?? throw new InvalidOperationException("It was not opened.");

    public override bool TrySend(ReadOnlySpan<byte> message, TimeSpan patience, CancellationToken cancellation)
    {
        if (!Queue.TryClaim(out SlotWriter<AnyMessage> slot, Deadline.After(patience), cancellation)) return false;
        using (slot)
        {
            Fill(slot, message);
            slot.Commit();
        }

        return true;
    }

    public override bool SendShift(ReadOnlySpan<byte> message)
    {
        NoReader nobody = default;
        bool dropped = Queue.ClaimShift(out SlotWriter<AnyMessage> slot, ref nobody);
        using (slot)
        {
            Fill(slot, message);
            slot.Commit();
        }

        return dropped;
    }

    public override void Commit(CancellationToken cancellation)
    {
        if (Queue.Session.Committer is { } committer)
            _ = committer.WaitForCommit(Queue.Session.SentSoFar, committer.NextCommit, Deadline.Never, cancellation);
    }

    public override bool TryTake(Span<byte> message)
    {
        ArrayReader reader = new(message.Length);
        while (true)
        {
            RingStatus status = TryTake(ref reader);
            if (status is RingStatus.Blocked or RingStatus.Completed) return false;
            if (status == RingStatus.Done) break;
            Queue.Consumers.Resolve(status);
        }

        reader.Kept.CopyTo(message);
        return true;
    }

    public override bool TryTake(Span<byte> message, TimeSpan patience, CancellationToken cancellation)
    {
        TakeCall call = new(this, message.Length);
        if (!WaitLoop.Run(Queue.Consumers, ref call, passesOver: false, Deadline.After(patience), completedIsFalse: true,
            cancellation)) return false;
        call.Reader.Kept.CopyTo(message);
        return true;
    }

    public override UntypedMember? TryJoin(string? group)
    {
        GroupMember? member = group == null
            ? WorkerGroup.Of((RingCore<AnyMessage, TProducers, Workers>)(object)Queue)
            : SubscriptionSet<AnyMessage>.Of((RingCore<AnyMessage, TProducers, Subscribers>)(object)Queue).TryJoin(group);
        return member == null ? null : new UntypedMember(member, Queue.Session.Geometry.MessageSize);
    }

    public override QueueBytes ToBytes() => new(Queue,
        TConsumers.IsAcknowledged ? WorkerGroup.Of((RingCore<AnyMessage, TProducers, Workers>)(object)Queue) : null,
        TConsumers.IsBroadcast && !TConsumers.IsAcknowledged
            ? SubscriptionSet<AnyMessage>.Of((RingCore<AnyMessage, TProducers, Subscribers>)(object)Queue).Join
            : null);

    public override void Dispose() => _queue?.Dispose();

    private protected override void CreateNew(QueueContract contract, QueuePlace place) => 
        _queue = new(QueueOpening.Create<AnyMessage>(contract, place.Name, place.Options));

    private protected override bool TryOpen(QueueContract contract, QueuePlace place) =>
        (_queue = QueueOpening.TryOpen<AnyMessage>(contract, place.Name, place.Options) is { } session ? new(session) : null) is not null;

    private RingStatus TryTake(ref ArrayReader reader)
    {
        RingStatus status = Queue.Ring.TryTake(ref reader);
        if (status == RingStatus.Done) Queue.Took(1);
        return status;
    }

    private void Fill(in SlotWriter<AnyMessage> slot, ReadOnlySpan<byte> message) =>
        message.CopyTo(MemoryMarshal.CreateSpan(ref slot.Value.First, Queue.Session.Geometry.MessageSize));

    private struct TakeCall(UntypedQueue<TProducers, TConsumers> queue, int length) : IWaitingCall
    {
        public ArrayReader Reader = new(length);

        public RingStatus Try() => queue.TryTake(ref Reader);
    }

    /// <summary>Copies a message's bytes; they count once they are kept.</summary>
    private readonly struct ArrayReader(int length) : IMessageReader
    {
        private readonly byte[] _read = new byte[length];
        private readonly byte[] _kept = new byte[length];

        public ReadOnlySpan<byte> Kept => _kept;

        public unsafe void Read<TMemory>(byte* message) where TMemory : struct, IMemory => TMemory.Read(message, _read);

        public void Keep() => _read.CopyTo(_kept, 0);
    }
}

/// <summary>What a compiled queue type would say of itself, said by the queue.</summary>
internal static class Contracts
{
    /// <summary>The contract by which a durable queue was created.</summary>
    public static QueueContract Of(JournalInspection journal) => new(
        ShmSchema.TryParse(journal.Header.Schema.Span, out ShmSchema? schema) ? schema.Name : "?", journal.Header.MessageSize,
        journal.Header.Capacity, journal.Header.SchemaId, journal.Header.Schema.ToArray(),
        journal.Roles.HasOneProducer ? Endpoints.One : Endpoints.Many,
        journal.Roles.HasOneConsumer ? Endpoints.One : Endpoints.Many,
        journal.Roles.Waits ? Overflow.Wait : Overflow.Any,
        journal.Roles.Delivery);

    /// <summary>The contract by which a queue's own processes opened it.</summary>
    public static QueueContract Of(SegmentReader queue) => new(
        ShmSchema.TryParse(queue.SchemaText, out ShmSchema? schema)
            ? schema.Name
            : "?", queue.Geometry.MessageSize, queue.Geometry.Capacity, queue.SchemaId, queue.SchemaText,
        queue.Roles.HasOneProducer ? Endpoints.One : Endpoints.Many,
        queue.Roles.HasOneConsumer ? Endpoints.One : Endpoints.Many,
        queue.Roles.Waits ? Overflow.Wait : Overflow.Any,
        queue.Roles.Delivery);
}

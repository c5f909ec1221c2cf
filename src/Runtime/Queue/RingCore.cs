using System.Diagnostics;
using TypedShmQueue.Async;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Layout;
using TypedShmQueue.Liveness;
using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.Queue;

/// <summary>
/// One handle on one queue whose slots hold a <typeparamref name="T"/>: its ring, its roles, its claims, and how it detaches.
/// </summary>
/// <typeparam name="T">What a slot holds: a message, or room for the bytes of one.</typeparam>
/// <typeparam name="TProducers">The producers' protocol.</typeparam>
/// <typeparam name="TConsumers">The consumers' protocol.</typeparam>
internal sealed unsafe partial class RingCore<T, TProducers, TConsumers> : QueueCore, IClaimOwner, IReadableSlots<T>, IObservedQueue
    where T : unmanaged
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    /// <summary>
    /// A call holds its mark in a lane for some instructions. One that stays for so long was written by somebody else, or its thread is
    /// held up: Dispose returns without waiting for it, and leaves the memory to it.
    /// </summary>
    private static readonly long s_longestCall = 2 * Stopwatch.Frequency;

    /// <summary>What one round of waiting counts for at most: a process that is stopped meanwhile does not come too short.</summary>
    private static readonly long s_longestRound = Stopwatch.Frequency / 100;

    private readonly Session _session;
    private readonly MessageRing<T, TProducers, TConsumers, HardwareMemory> _ring;
    private readonly ThreadLane _soleLane = new(null, null);
    private readonly Gating<T, HardwareMemory>? _gating;
    private readonly bool _stamps;

    /// <summary>Whether messages are sent one by one, since each is stamped, or its position is wanted.</summary>
    private readonly bool _sendsSingly;

    /// <summary>Two threads that come to a role for one at once: the second must not set back what the first has done with it.</summary>
    private readonly Lock _takingRole = new();
    private int _disposed;
    private int _leaving;
    private int _drained;
    private int _leftCalls;
    private int _detached;

    public RingCore(Session session)
        : base(session)
    {
        _session = session;
        _ring = new(session.Ring, session, session.KeepMapped);
        _ring.Consumer.LimitTo(session.Visible);
        Producers = new Producing(this);
        Consumers = new Consuming(this);
        if (TConsumers.IsBroadcast)
        {
            _gating = new(session.Ring, session.Subscriptions, session, TProducers.IsExclusive, session.KeepMapped, session.Groups);
            _stamps = session.Subscriptions.Stamps != null;
        }

        _sendsSingly = _stamps || session.Committer != null;

        ObservedQueues.Add(this);
        FirstOpening.End(); // before this handle is anybody's, and not at its first message
    }

    public ProducerEnd Producers { get; }

    public ConsumerEnd Consumers { get; }

    public override ProducerEnd Sending => Producers;

    /// <summary>
    /// Of a broadcast queue, set before its constructor returns; null in any other. Metrics may look earlier, and find no subscription.
    /// </summary>
    public ISubscriptions? Subscriptions { get; set; }

    public MessageRing<T, TProducers, TConsumers, HardwareMemory> Ring => _ring;

    ObservedPlace IObservedQueue.Place => _session.Observed;

    /// <summary>Where head is says nothing of who has taken what, when there are subscriptions: each counts for itself.</summary>
    ShmQueueStatistics IObservedQueue.Statistics => GetStatistics();

    IReadOnlyList<ShmQueueSubscription> IObservedQueue.Subscriptions => Subscriptions?.Snapshot() ?? [];

    public override bool IsCompleted
    {
        get
        {
            ThrowIfDisposed();
            long head = Volatile.Read(ref _session.Ring.Head);
            long tail = Volatile.Read(ref _session.Ring.Tail);
            if (TConsumers.IsAcknowledged && tail < 0)
                head = GroupCursor.Advance<HardwareMemory>(_session.Ring, _session.Groups, 0, _session.Geometry.SlotStride);
            GC.KeepAlive(_session);
            return tail < 0 && ((TConsumers.IsBroadcast && !TConsumers.IsAcknowledged) || head == (tail & ~Segment.CompletedBit));
        }
    }

    /// <inheritdoc/>
    public override int Count
    {
        get
        {
            if (!TConsumers.IsAcknowledged) return base.Count;
            ThrowIfDisposed();
            return (int)Math.Clamp(Unfinished(), 0, Capacity);
        }
    }

    /// <summary>Of a queue with acknowledged delivery: messages that are not settled.</summary>
    private long Unfinished()
    {
        long tail = Volatile.Read(ref _session.Ring.Tail) & ~Segment.CompletedBit;
        long count = GroupCursor.CountUnfinished<HardwareMemory>(_session.Ring, _session.Groups, 0, _session.Geometry.SlotStride, tail);
        GC.KeepAlive(_session);
        return count;
    }

    public override ShmQueueStatistics GetStatistics()
    {
        ThrowIfDisposed();
        ShmQueueStatistics all = RingCounts.Of(_session.Ring, _session.Participants.Snapshot()) with
        {
            Commits = _session.Commits,
        };
        GC.KeepAlive(_session);
        return !TConsumers.IsBroadcast ? all : all with
        {
            Dequeued = TConsumers.IsAcknowledged ? Math.Max(0, all.Enqueued - Unfinished()) : 0,
            Groups = GroupList.Of(_session.Ring, _session.Groups, _session.Geometry.SlotStride, _session.Participants.View,
                _session.Participants.Self.Word),
        };
    }

    public override void Complete()
    {
        ThrowIfDisposed();
        if (TProducers.IsExclusive) CompleteAsOneProducer();
        else _ = Interlocked.Or(ref _session.Ring.Tail, Segment.CompletedBit); // every later claim's CAS fails: nothing is sent after this
        Steps.At("complete: marked");
        _session.NotEmpty.WakeAll();
        _session.NotFull.WakeAll();
        Steps.At("complete: everybody woken");
        _session.FlushAtRest();
        // With Dispose on its heels it may have completed nothing but zero pages.
        ThrowIfDisposed();
        GC.KeepAlive(_session);
    }

    /// <summary>
    /// Detaches. Calls in flight on other threads end first; those that wait get an <see cref="ObjectDisposedException"/>.
    /// </summary>
    public override void Dispose()
    {
        WaitingEnd.ThrowIfWaitedByThisThread(this);
        Subscriptions?.EndAll();
        Volatile.Write(ref _disposed, 1);
        if (Interlocked.Exchange(ref _leaving, 1) != 0) return;
        bool hasLeft = false;
        try
        {
            Leave();
            hasLeft = true;
        }
        finally
        {
            // Ended by an exception (the thread was interrupted, there was no memory), it is taken up by the next Dispose. Each step may be
            // made again.
            if (!hasLeft) Volatile.Write(ref _leaving, 0);
        }
    }

    private void Leave()
    {
        ObservedQueues.Remove(this);
        Volatile.Write(ref _ring.Producer.Closed, ProducerSide.Left);
        Volatile.Write(ref _ring.Consumer.Closed, ConsumerSide.Left);
        Steps.At("dispose: closed");
        // D1: every thread of this process has either shown its mark by now, or will see Closed. All threads are ours, so this fence is
        // right.
        Interlocked.MemoryBarrierProcessWide();
        Steps.At("dispose: fenced");
        WaitForCompleting(); // T2: one that comes later finds that the handle has left
        EndOpenWritersOfThisThread();
        Steps.At("dispose: own writers ended");
        _session.EndCommitting();
        Consumers.Line.Close();
        Producers.Line.Close();

        SpinWait spin = default;
        long waited = 0, before = Stopwatch.GetTimestamp();
        while (Producers.AnyWaiting || Consumers.AnyWaiting || AnyCallInFlight(believesLanes: waited < s_longestCall))
        {
            long now = Stopwatch.GetTimestamp();
            waited += Math.Min(now - before, s_longestRound);
            before = now;
            _session.NotEmpty.WakeAll();
            _session.NotFull.WakeAll();
            spin.SpinOnce();
        }

        // A call that was not waited for, and a writer that another thread still holds open, end the work when they end (DetachIfDrained).
        if (waited >= s_longestCall) Volatile.Write(ref _leftCalls, 1);
        Volatile.Write(ref _drained, 1);
        Interlocked.MemoryBarrierProcessWide();
        DetachIfDrained();
        // Nobody of this handle takes any more, whoever may still send: another handle may be the one consumer.
        if (Volatile.Read(ref _detached) == 0) _session.GiveConsumerRoleBack();
    }

    private bool AnyCallInFlight(bool believesLanes) =>
        (TProducers.IsExclusive
            ? Volatile.Read(ref _ring.Producer.InFlight) != 0 && Volatile.Read(ref _soleLane.OpenPosition) == 0
            : believesLanes && _session.Lanes.AnyCallOfOthers())
        || (TConsumers.TakesByStore && Volatile.Read(ref _ring.Consumer.InFlight) != 0);

    private void DetachIfDrained()
    {
        if (Volatile.Read(ref _drained) == 0) return;
        if (TProducers.IsExclusive ? Volatile.Read(ref _soleLane.OpenPosition) != 0 : _session.Lanes.AnyOpen()) return;
        // What a call publishes after this handle has let go goes nowhere, and its caller would believe that it was sent. So the memory and
        // the lock stay while a mark may be true: until a thread of this handle comes by and finds none, or the collector finds that no
        // thread is inside.
        if (Volatile.Read(ref _leftCalls) != 0 && _session.Lanes.AnyCall()) return;
        if (Interlocked.Exchange(ref _detached, 1) != 0) return;
        try
        {
            // A call that has published, and is late with its wake, will find zero pages: the wake is made up for here, and for what is
            // taken from here on, by a consumer that has no mark, when the pages are there.
            _session.NotEmpty.WakeAll();
            _session.NotFull.WakeAll();
            Steps.At("dispose: drained");
            _session.Detach();
        }
        finally
        {
            if (!_session.IsDetached) Volatile.Write(ref _detached, 0);
        }
    }

    private void EndOpenWritersOfThisThread()
    {
        if (TProducers.IsExclusive)
        {
            bool here = _soleLane.Thread is { } thread && (thread == Thread.CurrentThread || !thread.IsAlive);
            if (here && _soleLane.OpenPosition != 0) Abandon(_soleLane, _soleLane.OpenPosition);
            return;
        }

        foreach (ThreadLane lane in _session.Lanes.OpenOfThisThread()) Abandon(lane, lane.OpenPosition);
    }

    /// <summary>
    /// A thread that ended with its writer open will never end it. Nobody has seen one producer's claim: it is as if it had never been.
    /// </summary>
    private bool TryEndWriterOfGoneThread()
    {
        long position = Volatile.Read(ref _soleLane.OpenPosition);
        if (position == 0 || _soleLane.Thread is not { IsAlive: false }) return false;
        // Swapped: of several threads that find it, one ends it, and the others look again.
        if (Interlocked.CompareExchange(ref _soleLane.OpenPosition, 0, position) == position)
            _ring.Abandon(null, position, _soleLane.OpenCount);
        return true;
    }

    public override void ThrowIfDisposed()
    {
        if (Volatile.Read(ref _disposed) != 0) throw WasDisposed();
    }

    /// <summary>What a status that is neither success nor waiting means to the caller. Returns if the call should be tried again.</summary>
    private void Resolve(RingStatus status, bool producing)
    {
        switch (status)
        {
            case RingStatus.NoRole when producing:
                TakeProducerRole();
                break;
            case RingStatus.NoRole:
                TakeConsumerRole();
                break;
            case RingStatus.Closed:
                // This may be the thread that Dispose did not wait for.
                if (Volatile.Read(ref _leftCalls) != 0) DetachIfDrained();
                throw WasDisposed();
            case RingStatus.Completing:
                WaitForCompleting();
                break;
            case RingStatus.Taken:
                throw new InvalidOperationException($"The messages of this SlotReader of the queue '{Name}' have been taken already. " +
                    $"Release a reader once, before other calls take messages.");
            case RingStatus.Busy when producing && TryEndWriterOfGoneThread():
                break;
            case RingStatus.Busy:
                throw new InvalidOperationException(producing
                    ? $"The queue '{Name}' has one producer, and another call of this handle is in progress: a SlotWriter is still " +
                        $"open, or a second thread enqueues. Commit or dispose the writer, enqueue from one thread at a time, or " +
                        $"declare Endpoints.Many."
                    : $"The queue '{Name}' has one consumer, and another thread is inside a call of this handle. Dequeue from one " +
                        $"thread at a time, or declare Endpoints.Many.");
            case RingStatus.Completed:
                throw new ShmQueueCompletedException(Name, producing
                    ? $"The queue '{Name}' was completed, so nothing can be sent any more. Delete it and create a new one."
                    : $"The queue '{Name}' was completed and all its messages were taken.");
            case RingStatus.Corrupt:
                throw new ShmQueueCorruptException(Name,
                    $"The queue '{Name}' holds positions or slot words that no queue operation writes: something else wrote to its " +
                        $"file. Delete it and create it anew.");
            default:
                throw new InvalidOperationException($"Unexpected state {status}.");
        }
    }

    private void TakeProducerRole()
    {
        ThrowIfDisposed();
        lock (_takingRole)
        {
            if (_ring.Producer.Limit == 0) TakeProducerRoleAlone();
        }
    }

    private void TakeProducerRoleAlone()
    {
        _session.Roles.Take(ref _session.Ring.ProducerRole, "producer");
        ref ProducerSide side = ref _ring.Producer;
        long tail = Volatile.Read(ref _session.Ring.Tail);
        long next = RoleHolder.NextOfOneProducer(_session.Ring, _session.Geometry.SlotStride);
        // Claims are plain arithmetic from here on, so a position that no run of the protocol can have come to is refused here.
        if (next < Capacity || next > long.MaxValue >> 2)
            Resolve(Volatile.Read(ref side.Closed) != 0 ? RingStatus.Closed : RingStatus.Corrupt, producing: true);
        Steps.At("role: walked to the next position");
        // T1: what a predecessor published and did not count is counted now; swapped, since Dispose does not wait for this call.
        if (tail >= 0 && tail < next) _ = Interlocked.CompareExchange(ref _session.Ring.Tail, next, tail);
        Steps.At("role: tail repaired");
        side.Next = next;
        // Any limit but 0 says that the role is ours.
        Volatile.Write(ref side.Limit, ProducerSide.NotLooked);
        GC.KeepAlive(_session);
    }

    private void TakeConsumerRole()
    {
        ThrowIfDisposed();
        lock (_takingRole)
        {
            if (_ring.Consumer.HasRole != 0) return;
            _session.Roles.Take(ref _session.Ring.ConsumerRole, "consumer");
            long head = Volatile.Read(ref _session.Ring.Head);
            Steps.At("role: head read");
            _ring.Consumer.Next = head;
            Volatile.Write(ref _ring.Consumer.HasRole, 1);
            GC.KeepAlive(_session);
        }
    }

    /// <summary>Ending the stream is a producer's act: with one producer the role is needed, so that nothing is sent after it.</summary>
    /// <remarks>
    /// Another thread may be inside a call that sends. A call is waited for: it takes some instructions, and the next one waits for this
    /// one. A writer that is open is not, since its thread may never end it.
    /// </remarks>
    private void CompleteAsOneProducer()
    {
        lock (_takingRole)
        {
            if (_ring.Producer.Limit == 0) TakeProducerRole();
            if (!_ring.TryBeginCompleting()) Resolve(RingStatus.Closed, producing: true);
            try
            {
                SpinWait spin = default;
                while (!_ring.TryComplete())
                {
                    if (Volatile.Read(ref _soleLane.OpenPosition) != 0) Resolve(RingStatus.Busy, producing: true);
                    spin.SpinOnce();
                }
            }
            finally
            {
                _ring.EndCompleting();
            }
        }
    }

    /// <summary>Waits for a thread that is inside <see cref="CompleteAsOneProducer"/>, which has no mark of its own.</summary>
    private void WaitForCompleting()
    {
        _takingRole.Enter();
        _takingRole.Exit();
    }
}

using TypedShmQueue.Async;
using TypedShmQueue.Layout;
using TypedShmQueue.Ring;

namespace TypedShmQueue.Queue.Broadcast;

/// <summary>One subscription, whatever its messages: its cursor, its waiting calls, and how it ends. One thread at a time.</summary>
/// <typeparam name="T">What a slot holds.</typeparam>
internal sealed class SubscriptionCore<T> : ConsumerEnd, ISubscribed, IReadableSlots<T>
    where T : unmanaged
{
    private readonly Action<SubscriptionCore<T>> _onEnd;
    private int _disposed;
    private int _ending;
    private int _asking;

    public SubscriptionCore(QueueCore handle, SubscriberRing<T, HardwareMemory> ring, string? name, Action<SubscriptionCore<T>> onEnd)
        : base(handle, handle.Session.NewPacing(), ring.IsPublished)
    {
        Ring = ring;
        Name = name;
        _onEnd = onEnd;
        // Whoever sends wakes everybody, so nobody waits for a wake to be passed on.
        Line = new AsyncGate(handle.Session.NotEmpty, static () => false, () => LongestPark);
    }

    public SubscriberRing<T, HardwareMemory> Ring { get; }

    public string? Name { get; }

    public override AsyncGate Line { get; }

    public override long Position => Ring.Position;

    public long NextPosition => Ring.Position - Handle.Capacity;

    /// <summary>Messages that were overwritten before they were taken.</summary>
    public long Missed => Ring.Missed;

    /// <summary>Messages that are still to be taken, those being written included.</summary>
    public long Lag
    {
        get
        {
            ThrowIfDisposed();
            long cursor = Ring.Position;
            long tail = Volatile.Read(ref Handle.Session.Ring.Tail) & ~Segment.CompletedBit;
            GC.KeepAlive(Handle);
            return Math.Max(0, tail - cursor);
        }
    }

    /// <summary>Whether the queue was completed and this subscription has taken all of it.</summary>
    public bool IsCompleted
    {
        get
        {
            ThrowIfDisposed();
            long cursor = Ring.Position;
            long tail = Volatile.Read(ref Handle.Session.Ring.Tail);
            GC.KeepAlive(Handle);
            return tail < 0 && cursor >= (tail & ~Segment.CompletedBit);
        }
    }

    ConsumerEnd IReadableSlots<T>.Reader => this;

    protected override ref long GatherAt => ref Ring.Side.GatherAt;

    protected override ref HeldUp HeldUp => ref Ring.Side.HeldUp;

    /// <inheritdoc/>
    public override RingStatus Find()
    {
        NoReader nothing = default;
        return Ring.TryPeek(ref nothing, out _);
    }

    protected override RingStatus InvestigateRing() => Ring.Investigate();

    /// <summary>Whoever sends wakes everybody, so there is no wake to pass on.</summary>
    public override void PassWakeOn(bool done)
    {
    }

    /// <summary>One look with a predicate, which takes what matches. Also wakes producers for what was passed over.</summary>
    public RingStatus TryTakeMatching(MessagePredicate<T> predicate, Span<T> destination, out int taken)
    {
        long before = Ring.Position;
        int asked = BeginAsking();
        try
        {
            return Ring.TryDequeue(predicate, destination, out taken);
        }
        finally
        {
            EndAsking(asked);
            if (Ring.Position != before) Handle.Took(1);
        }
    }

    /// <summary>Finds messages to be read in their slots.</summary>
    public RingStatus TryFind(int most, out SlotReader<T> reader)
    {
        RingStatus status = Ring.TryRead(most, out long first, out int count);
        reader = status == RingStatus.Done ? new SlotReader<T>(this, Handle.Session.Ring, first, count) : default;
        return status;
    }

    /// <summary>Takes the messages that a reader has read in their slots. False: they were overwritten meanwhile.</summary>
    public bool Release(long first, int count)
    {
        RingStatus status = Ring.TryRelease(first, count);
        if (status == RingStatus.Done) Handle.Took(1);
        else if (status != RingStatus.Blocked) Resolve(status);
        return status == RingStatus.Done;
    }

    /// <summary>Ends the subscription. A call that waits on another thread gets an <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        ThrowIfAskedByThisThread();
        ThrowIfWaitedByThisThread();
        Volatile.Write(ref _disposed, 1);
        if (Interlocked.Exchange(ref _ending, 1) != 0) return;
        bool hasEnded = false;
        try
        {
            End();
            hasEnded = true;
        }
        finally
        {
            // As the queue's Dispose: ended by an exception, it is taken up by the next.
            if (!hasEnded) Volatile.Write(ref _ending, 0);
        }
    }

    private void End()
    {
        Volatile.Write(ref Ring.Side.Closed, ConsumerSide.Left);
        // D1: a call of this subscription has shown its mark by now, or will see Closed.
        Interlocked.MemoryBarrierProcessWide();
        SpinWait spin = default;
        while (AnyWaiting || Volatile.Read(ref Ring.Side.InFlight) != 0)
        {
            Target.WakeAll();
            spin.SpinOnce();
        }

        Steps.At("subscription: closed and drained");
        // A wait set that is parked for it has no mark: it finds the end when it is woken.
        Target.WakeAll(); // E3
        Line.Close();
        _onEnd(this);
    }

    /// <summary>From here on this thread is in a predicate. The result goes to <see cref="EndAsking"/>.</summary>
    public int BeginAsking()
    {
        int before = _asking;
        _asking = Environment.CurrentManagedThreadId;
        return before;
    }

    public void EndAsking(int before) => _asking = before;

    /// <summary>A predicate cannot end its own subscription: the end would wait for the predicate's call.</summary>
    public void ThrowIfAskedByThisThread()
    {
        if (Volatile.Read(ref _asking) == Environment.CurrentManagedThreadId)
            throw new InvalidOperationException($"A predicate of a subscription to the queue '{Handle.Name}' disposes that " +
                $"subscription, or its queue handle. Do so after the call that the predicate was given to.");
    }

    public override void ThrowIfDisposed()
    {
        if (Volatile.Read(ref _disposed) != 0) Resolve(RingStatus.Closed);
    }

    /// <inheritdoc/>
    public override void Resolve(RingStatus status) => throw (status switch
    {
        RingStatus.Closed => new ObjectDisposedException(Handle.Name, $"This subscription to the queue '{Handle.Name}' was disposed. " +
            $"Subscribe again."),
        RingStatus.Busy => new InvalidOperationException($"Another call of this subscription to the queue '{Handle.Name}' is in " +
            $"progress. Use it from one thread at a time, and not from its own predicate; other threads subscribe for themselves."),
        RingStatus.Taken => new InvalidOperationException($"The messages of this SlotReader of the queue '{Handle.Name}' have been " +
            $"taken already. Release a reader once, before other calls take messages."),
        RingStatus.Completed => new ShmQueueCompletedException(Handle.Name, $"The queue '{Handle.Name}' was completed, and this " +
            $"subscription has taken all its messages."),
        RingStatus.Corrupt => new ShmQueueCorruptException(Handle.Name, $"The queue '{Handle.Name}' holds positions or slot words that " +
            $"no queue operation writes: something else wrote to its file. Delete it and create it anew."),
        _ => (Exception)new InvalidOperationException($"Unexpected state {status}."),
    });
}

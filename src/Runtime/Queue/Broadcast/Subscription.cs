using System.ComponentModel;
using System.Runtime.CompilerServices;
using TypedShmQueue.Async;
using TypedShmQueue.Layout;
using TypedShmQueue.Queue;
using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.CompilerServices;

/// <summary>What an emitted subscription forwards to. One thread at a time; the emitted type documents its members.</summary>
/// <typeparam name="T">The message.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed partial class Subscription<T> : IDisposable where T : unmanaged
{
    private readonly Session _session;
    private readonly SubscriberRing<T, HardwareMemory> _ring;
    private readonly Action<Subscription<T>> _onEnd;
    private readonly Func<long, bool> _isPublished;
    private readonly Gate _notFull;
    private readonly Pacing _pacing;
    private int _waiting;
    private int _disposed;
    private int _ending;
    private int _asking;

    internal Subscription(Session session, SubscriberRing<T, HardwareMemory> ring, string? name, Action<Subscription<T>> onEnd)
    {
        _session = session;
        _ring = ring;
        _onEnd = onEnd;
        _isPublished = ring.IsPublished;
        _notFull = session.NotFull.Gate;
        _pacing = session.NewPacing();
        // Whoever sends wakes everybody, so nobody waits for a wake to be passed on.
        _async = new(session.NotEmpty, static () => false);
        _dequeues = new(_async, LookAndTake, Waited);
        _waitsToRead = new(_async, LookForMessage, Waited);
        Name = name;
    }

    /// <summary>Its name; null for an anonymous one.</summary>
    public string? Name { get; }

    /// <summary>The next message, counted from the first that was ever sent.</summary>
    public long Position => _ring.Position - _session.Ring.Capacity;

    /// <summary>Messages that were overwritten before they were taken.</summary>
    public long Missed => _ring.Missed;

    /// <summary>Messages that are still to be taken, those being written included.</summary>
    public long Lag
    {
        get
        {
            ThrowIfDisposed();
            long cursor = _ring.Position;
            long tail = Volatile.Read(ref _session.Ring.Tail) & ~Segment.CompletedBit;
            GC.KeepAlive(_session);
            return Math.Max(0, tail - cursor);
        }
    }

    /// <summary>Whether the queue was completed and this subscription has taken all of it.</summary>
    public bool IsCompleted
    {
        get
        {
            ThrowIfDisposed();
            long cursor = _ring.Position;
            long tail = Volatile.Read(ref _session.Ring.Tail);
            GC.KeepAlive(_session);
            return tail < 0 && cursor >= (tail & ~Segment.CompletedBit);
        }
    }

    internal SubscriberRing<T, HardwareMemory> Ring => _ring;

    internal string QueueName => _session.Name;

    internal long Capacity => _session.Ring.Capacity;

    /// <summary>Ends the subscription. A call that waits on another thread gets an <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose()
    {
        ThrowIfAskedByThisThread();
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
        Volatile.Write(ref _ring.Side.Closed, 1);
        // D1: a call of this subscription has shown its mark by now, or will see Closed.
        Interlocked.MemoryBarrierProcessWide();
        SpinWait spin = default;
        while (Volatile.Read(ref _waiting) != 0 || Volatile.Read(ref _ring.Side.InFlight) != 0)
        {
            _session.NotEmpty.WakeAll();
            spin.SpinOnce();
        }

        Steps.At("subscription: closed and drained");
        _async.Close();
        _onEnd(this);
    }

    /// <summary>From here on this thread is in a predicate. What it gives back goes to <see cref="EndAsking"/>.</summary>
    internal int BeginAsking()
    {
        int before = _asking;
        _asking = Environment.CurrentManagedThreadId;
        return before;
    }

    internal void EndAsking(int before) => _asking = before;

    /// <summary>A predicate cannot end its own subscription: the end would wait for the predicate's call.</summary>
    internal void ThrowIfAskedByThisThread()
    {
        if (Volatile.Read(ref _asking) == Environment.CurrentManagedThreadId)
            throw new InvalidOperationException($"A predicate of a subscription to the queue '{_session.Name}' disposes that subscription, or its queue handle. Do so after the call that the predicate was given to.");
    }

    private void Waited(long took) => QueueMeter.Waited(_session.Observed, "dequeue", took);

    internal void ThrowIfDisposed()
    {
        if (Volatile.Read(ref _disposed) != 0) throw WasDisposed();
    }

    private ObjectDisposedException WasDisposed() => new(_session.Name, $"This subscription to the queue '{_session.Name}' was disposed. Subscribe again.");

    /// <summary>What a status that is neither success nor waiting means to the caller.</summary>
    internal void Throw(RingStatus status) => throw (status switch
    {
        RingStatus.Closed => WasDisposed(),
        RingStatus.Busy => new InvalidOperationException($"Another call of this subscription to the queue '{_session.Name}' is in progress. Use it from one thread at a time, and not from its own predicate; other threads subscribe for themselves."),
        RingStatus.NoRole => new InvalidOperationException($"The messages of this SlotReader of the queue '{_session.Name}' have been taken already. Release a reader once, before other calls take messages."),
        RingStatus.Completed => new ShmQueueCompletedException(_session.Name, $"The queue '{_session.Name}' was completed, and this subscription has taken all its messages."),
        RingStatus.Corrupt => new ShmQueueCorruptException(_session.Name, $"The queue '{_session.Name}' holds positions or slot words that no queue operation writes: something else wrote to its file. Delete it and create it anew."),
        _ => (Exception)new InvalidOperationException($"Unexpected state {status}."),
    });
}

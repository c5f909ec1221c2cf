using System.Runtime.CompilerServices;
using TypedShmQueue.Async;
using TypedShmQueue.Queue;
using TypedShmQueue.Queue.WaitSets;
using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue;

/// <summary>
/// Waits for any of many queues, subscriptions and members of groups, of whatever messages, to have something to take: one consumer over
/// many queues. A wait takes nothing. It says which of them are ready, and the caller takes from those with their own calls.
/// </summary>
/// <remarks>
/// <para>Ready is a hint. Another consumer may take the message first, so take with calls that do not wait. A queue is ready, too, when the
/// next call that takes has something else to say: the queue was completed and nothing is left, or the handle was disposed. It stays ready
/// until it is removed. A queue that was deleted goes on for those who have it open, and is ready when there is a message.</para>
/// <para>One wait at a time. While one goes on, other threads may add and remove, and dispose the set, and the wait takes notice. A queue
/// with one consumer, and a subscription, belong to the wait meanwhile, as to a call that takes.</para>
/// <para>A wait costs a look at each member, and, where it parks, one fence and one system call for all of them, and an announcement for
/// each that was woken since the last wait. Whoever sends pays what it would pay for one parked consumer. A thread parks at up to 127
/// queues itself (63 on Windows); for more, and where Linux has no futex_waitv, the threads that wait for pending calls park for
/// it.</para>
/// </remarks>
public sealed partial class ShmWaitSet : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ManyGates _gates;
    private readonly Pacing _pacing;
    private volatile WaitSource[] _sources = [];
    private IShmWaitable[] _ready = [];
    private WaitSource? _lastReady;
    private PendingWait? _pending;
    private long _noProgress;
    private int _waiting;
    private bool _disposed;

    /// <summary>Makes an empty set.</summary>
    /// <param name="wait">How a wait that blocks its thread waits before it parks.</param>
    /// <exception cref="PlatformNotSupportedException">The library cannot wait across processes on this system.</exception>
    public ShmWaitSet(WaitPolicy wait = WaitPolicy.Adaptive)
    {
        _gates = new ManyGates(_lock);
        _pacing = new Pacing(wait, capacity: 1);
    }

    /// <summary>How many are waited for.</summary>
    public int Count
    {
        get { lock (_lock) return _sources.Length; }
    }

    /// <summary>Whether a wait goes on that the dispatcher parks for. Under the lock.</summary>
    internal bool IsPending => _pending != null;

    /// <summary>The lock of the set and its members. Nobody parks under it, and no code of the user's runs.</summary>
    internal Lock Guard => _lock;

    /// <summary>
    /// Adds a queue, a subscription or a member of a group. A wait that goes on waits for it too. Of a queue with one consumer, this takes
    /// the consumer's role.
    /// </summary>
    /// <param name="waitable">What to wait for. The set does not dispose it.</param>
    /// <exception cref="ArgumentException">It is in the set already, or is not one of this library's.</exception>
    /// <exception cref="ShmQueueRoleTakenException">The queue has one consumer, and another handle is the consumer.</exception>
    /// <exception cref="ObjectDisposedException">The set was disposed, or what was added.</exception>
    public void Add(IShmWaitable waitable)
    {
        ArgumentNullException.ThrowIfNull(waitable);
        ConsumerEnd end = waitable.TakingEnd ?? throw new ArgumentException(
            $"A {waitable.GetType()} is not a queue, subscription or group of this library. Add the object that the queue gave you.",
            nameof(waitable));
        end.ThrowIfDisposed();
        lock (_lock) ThrowIfAdded(waitable, end);
        TakeRole(end);
        WaitSource source = new(this, waitable, end);
        bool watches;
        lock (_lock)
        {
            ThrowIfAdded(waitable, end);
            Exchange([.. _sources, source]);
            watches = source.IsWatched = IsPending;
        }

        _gates.Bell.Ring();
        if (!watches) return;
        try
        {
            AsyncDispatcher.Watch(source);
        }
        catch
        {
            Steps.Repairs("wait set: member that nobody watches");
            _ = Remove(waitable);
            throw;
        }
    }

    /// <summary>
    /// Removes one. When this returns, no wait looks at it any more: another thread may take from it, also where it has one consumer.
    /// </summary>
    /// <param name="waitable">What was added.</param>
    /// <returns>Whether it was in the set.</returns>
    public bool Remove(IShmWaitable waitable)
    {
        ArgumentNullException.ThrowIfNull(waitable);
        lock (_lock)
        {
            int index = Array.FindIndex(_sources, one => ReferenceEquals(one.Waitable, waitable));
            if (index < 0) return false;
            WaitSource source = _sources[index];
            WaitSource[] left = new WaitSource[_sources.Length - 1];
            Array.Copy(_sources, left, index);
            Array.Copy(_sources, index + 1, left, index, left.Length - index);
            Exchange(left);
            source.IsRemoved = true;
        }

        _gates.Bell.Ring();
        return true;
    }

    /// <summary>Says which are ready at this instant. Never waits.</summary>
    /// <param name="ready">Those that are ready.</param>
    /// <returns>Whether any is.</returns>
    /// <exception cref="InvalidOperationException">Another wait of this set is in progress.</exception>
    /// <exception cref="ObjectDisposedException">The set was disposed.</exception>
    public bool TryWait(out ShmReady ready)
    {
        Begin();
        try
        {
            return TryLook(closely: false, everywhere: true, out ready);
        }
        finally
        {
            End();
        }
    }

    /// <summary>Waits until one is ready, but not longer than the timeout.</summary>
    /// <param name="ready">Those that are ready.</param>
    /// <param name="timeout">The longest wait; zero for none, <see cref="Timeout.InfiniteTimeSpan"/> for no limit.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Whether any is.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The timeout is negative and not infinite.</exception>
    /// <inheritdoc cref="Wait" path="/exception"/>
    public bool TryWait(out ShmReady ready, TimeSpan timeout, CancellationToken cancellationToken = default)
    {
        var deadline = Deadline.After(timeout);
        cancellationToken.ThrowIfCancellationRequested();
        return Run(deadline, cancellationToken, out ready);
    }

    /// <summary>Waits until one is ready. An empty set waits until one is added that is.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Those that are ready: at least one.</returns>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    /// <exception cref="InvalidOperationException">Another wait of this set is in progress.</exception>
    /// <exception cref="ObjectDisposedException">The set was disposed, before the call or while it waited.</exception>
    public ShmReady Wait(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _ = Run(Deadline.Never, cancellationToken, out ShmReady ready);
        return ready;
    }

    /// <summary>Waits until one is ready, without blocking a thread.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>Those that are ready: at least one. The task is pooled: await it exactly once. It fails with the exceptions listed below;
    /// the call itself does not throw.</returns>
    /// <inheritdoc cref="Wait" path="/exception"/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ShmReady> WaitAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Begin();
        try
        {
            while (true)
            {
                if (BeginPending(null, out ShmReady ready) is not { } wait) return ready;
                CancellationTokenRegistration registration = default;
                try
                {
                    registration = GiveUpWith(wait, cancellationToken);
                    await wait.Task.ConfigureAwait(false);
                }
                finally
                {
                    _ = registration.Unregister();
                    _ = TryGiveUp(wait);
                }

                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            End();
        }
    }

    /// <summary>
    /// Lets go of all members, and disposes none of them. A wait that goes on ends with an <see cref="ObjectDisposedException"/>.
    /// </summary>
    public void Dispose()
    {
        PendingWait? pending;
        lock (_lock)
        {
            _disposed = true;
            foreach (WaitSource source in _sources) source.IsRemoved = true;
            Exchange([]);
            pending = EndPending();
        }

        _gates.Bell.Ring();
        pending?.Signal();
    }

    /// <summary>Takes the wait out that the dispatcher parks for: whoever gets it signals it. Under the lock.</summary>
    internal PendingWait? EndPending()
    {
        PendingWait? pending = _pending;
        _pending = null;
        return pending;
    }

    private static void TakeRole(ConsumerEnd end)
    {
        // Whoever looks first becomes the one consumer. Here, so that its refusal has a caller to go to.
        if (end.Find() == RingStatus.NoRole) end.Resolve(RingStatus.NoRole);
    }

    private void ThrowIfAdded(IShmWaitable waitable, ConsumerEnd end)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (Array.Exists(_sources, one => ReferenceEquals(one.Waitable, waitable)))
            throw new ArgumentException($"The set waits for the queue '{end.Handle.Name}' already. Add each object once.",
                nameof(waitable));
    }

    private void Begin()
    {
        if (Interlocked.Exchange(ref _waiting, 1) != 0)
            throw new InvalidOperationException("Another wait of this set is in progress. Wait from one thread at a time, and await one " +
                "call before the next; other threads make sets of their own.");
    }

    private void End() => Volatile.Write(ref _waiting, 0);

    /// <summary>The caller rings afterwards.</summary>
    private void Exchange(WaitSource[] sources)
    {
        _sources = sources;
        _gates.Exchange(sources);
        _ready = new IShmWaitable[sources.Length]; // nothing that was removed is held by it
        _lastReady = null;
    }
}

using System.Diagnostics.CodeAnalysis;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.Durable;

/// <summary>
/// Those of one handle that wait for a commit without a thread, and the commits that are due later. One thread of the pool commits for
/// all of them, and only while there is somebody to commit for.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "Close disposes of the timer, " +
    "with the handle whose part this is.")]
internal sealed class CommitLine
{
    /// <summary>Another handle commits just now, and may have read its limit before this one's message was there.</summary>
    private static readonly TimeSpan s_whileBusy = TimeSpan.FromMilliseconds(1);

    private static readonly TimeSpan s_afterFailure = TimeSpan.FromSeconds(1);

    private readonly Committer _committer;
    private readonly TimeSpan? _within;
    private readonly Lock _lock = new();
    private readonly List<Waiting> _waiting = [];
    private readonly Timer _timer;
    private Exception? _failure;
    private bool _isRunning;
    private bool _isClosed;
    private int _isDue;

    /// <param name="committer">The handle's commits.</param>
    /// <param name="within">How long what was sent may stay uncommitted; null if those who send wait themselves.</param>
    public CommitLine(Committer committer, TimeSpan? within)
    {
        _committer = committer;
        _within = within;
        _timer = new Timer(static line => ((CommitLine)line!).CommitWhatIsDue(), this, Timeout.Infinite, Timeout.Infinite);
    }

    /// <summary>Completed when that much is committed.</summary>
    public ValueTask Wait(long limit, long number, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Waiting one = new(limit, number);
        bool starts;
        lock (_lock)
        {
            if (_isClosed) throw _committer.WasDisposed();
            _waiting.Add(one);
            starts = !_isRunning;
            _isRunning = true;
        }

        if (starts) Start();
        if (cancellationToken.CanBeCanceled) one.CancelBy(cancellationToken);
        return new ValueTask(one.Task);
    }

    /// <summary>Something was sent: sees to it that it is committed in time, if there is such a time.</summary>
    /// <exception cref="ShmQueueDurabilityException">An earlier commit of this kind has failed; it is tried again.</exception>
    public void CommitInTime()
    {
        if (_within is not { } within) return;
        if (Volatile.Read(ref _isDue) == 0) Schedule(within); // C6
        if (Volatile.Read(ref _failure) != null && Interlocked.Exchange(ref _failure, null) is { } failure) throw failure;
    }

    /// <summary>Whoever waits gets an <see cref="ObjectDisposedException"/>; nothing is due any more.</summary>
    public void Close()
    {
        Waiting[] left;
        lock (_lock)
        {
            _isClosed = true;
            left = [.. _waiting];
            _waiting.Clear();
        }

        _timer.Dispose();
        foreach (Waiting one in left) one.Fail(_committer.WasDisposed());
    }

    private void Start()
    {
        try
        {
            Steps.CanThrow("commit: thread asked for");
            ThreadPool.UnsafeQueueUserWorkItem(static line => line.Run(), this, preferLocal: false);
        }
        catch (Exception e)
        {
            Steps.Repairs("commit: those who wait without a thread");
            // Nobody commits for those who wait by now; who comes later asks again. One by one: there may be no memory for a list.
            while (TryTakeLast(out Waiting? one)) one.Fail(e);
            throw;
        }
    }

    private bool TryTakeLast([NotNullWhen(true)] out Waiting? one)
    {
        lock (_lock)
        {
            one = _waiting.Count > 0 ? _waiting[^1] : null;
            if (one != null) _waiting.RemoveAt(_waiting.Count - 1);
            else _isRunning = false;
            return one != null;
        }
    }

    private void Schedule(TimeSpan time)
    {
        if (Interlocked.Exchange(ref _isDue, 1) != 0) return;
        lock (_lock)
        {
            if (!_isClosed) _ = _timer.Change(time, Timeout.InfiniteTimeSpan);
        }
    }

    private void CommitWhatIsDue()
    {
        // First: what is sent from here on is due anew.
        Volatile.Write(ref _isDue, 0);
        // C6: a thread that still saw it due had stored its message by then.
        Interlocked.MemoryBarrierProcessWide();
        try
        {
            bool isTried = _committer.TryCommitSent();
            // What is behind a claim that is not published yet is due still.
            if (_committer.IsBehind) Schedule(isTried ? _within!.Value : s_whileBusy);
        }
        catch (ObjectDisposedException)
        {
            // Its Dispose commits.
        }
        catch (Exception e) when (e is ShmQueueException or IOException)
        {
            // The next call that sends says it. A timer that threw would end the process.
            Volatile.Write(ref _failure, e);
            Schedule(s_afterFailure);
        }
    }

    private void Run()
    {
        while (true)
        {
            Waiting first;
            lock (_lock)
            {
                if (_waiting.Count == 0)
                {
                    _isRunning = false;
                    return;
                }

                first = _waiting[0];
            }

            Exception? failure = null;
            try
            {
                _ = _committer.WaitForCommit(first.Limit, first.Number, Deadline.Never, CancellationToken.None);
            }
            catch (Exception e) when (e is ObjectDisposedException or ShmQueueException or IOException)
            {
                failure = e;
            }

            Complete(first, failure);
        }
    }

    /// <summary>Ends the first, and whoever else has what it waited for.</summary>
    private void Complete(Waiting first, Exception? failure)
    {
        List<Waiting> done;
        lock (_lock)
        {
            done = failure != null ? [first] : _waiting.FindAll(one => _committer.IsReached(one.Limit, one.Number));
            _ = _waiting.RemoveAll(done.Contains);
            _ = _waiting.Remove(first);
        }

        foreach (Waiting one in done)
        {
            if (failure == null) one.Complete();
            else one.Fail(failure);
        }
    }

    private sealed class Waiting(long limit, long number)
    {
        private readonly TaskCompletionSource _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private CancellationTokenRegistration _registration;

        public long Limit { get; } = limit;

        public long Number { get; } = number;

        public Task Task => _source.Task;

        public void CancelBy(CancellationToken cancellationToken) => _registration = cancellationToken.UnsafeRegister(
            static (one, token) => ((Waiting)one!)._source.TrySetCanceled(token), this);

        public void Complete()
        {
            _registration.Unregister();
            _ = _source.TrySetResult();
        }

        public void Fail(Exception e)
        {
            _registration.Unregister();
            _ = _source.TrySetException(e);
        }
    }
}

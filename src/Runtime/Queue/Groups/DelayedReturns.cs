namespace TypedShmQueue.Queue.Groups;

/// <summary>Messages that this process gives back later. It holds them until then, so they come back at once if it dies.</summary>
internal sealed class DelayedReturns
{
    private readonly HashSet<Return> _waiting = [];
    private readonly Lock _lock = new();
    private bool _closed;

    /// <summary>Does it after the delay. False: nothing is delayed any more.</summary>
    public bool TryAdd(Action giveBack, TimeSpan delay)
    {
        Return entry = new(this, giveBack);
        lock (_lock)
        {
            if (_closed) return false;
            _ = _waiting.Add(entry);
        }

        try
        {
            Steps.CanThrow("lease: timer started");
            entry.Start(delay);
        }
        catch
        {
            // It does not wait any more; unless the end has come meanwhile, and did it.
            lock (_lock)
            {
                if (!_waiting.Remove(entry)) return true;
            }

            throw;
        }

        return true;
    }

    /// <summary>Does all of it now; nothing is delayed from here on.</summary>
    public void ReturnAll()
    {
        Return[] all;
        lock (_lock)
        {
            _closed = true;
            all = [.. _waiting];
        }

        foreach (Return entry in all) entry.Run();
    }

    private sealed class Return(DelayedReturns all, Action giveBack) : IDisposable
    {
        private Timer? _timer;

        public void Start(TimeSpan delay)
        {
            // Its own field: a timer that nothing refers to may be collected before it is due.
            _timer = new Timer(static state => ((Return)state!).Run(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _ = _timer.Change(delay, Timeout.InfiniteTimeSpan);
        }

        /// <summary>Once: by the timer, or by the end of the member.</summary>
        public void Run()
        {
            lock (all._lock)
            {
                if (!all._waiting.Remove(this)) return;
            }

            giveBack();
            Dispose();
        }

        public void Dispose() => _timer?.Dispose();
    }
}

using System.Threading.Tasks.Sources;
using TypedShmQueue.Async;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.Queue.WaitSets;

/// <summary>One wait that the dispatcher parks for. It ends once: when something is ready, or the wait is given up.</summary>
/// <param name="bell">Rung at the end, for a thread that waits for it; null if no thread does, and the wait is awaited.</param>
internal sealed class PendingWait(Bell? bell) : IValueTaskSource, IThreadPoolWorkItem
{
    private ManualResetValueTaskSourceCore<ValueTuple> _core;
    private volatile bool _isOver;

    /// <summary>Whether it has ended.</summary>
    public bool IsOver => _isOver;

    /// <summary>The end, to be awaited once.</summary>
    public ValueTask Task => new(this, _core.Version);

    /// <summary>
    /// Tells whoever waits. Not under a lock. What is awaited ends on the thread pool: the continuation must not run on the dispatcher.
    /// </summary>
    public void Signal()
    {
        _isOver = true;
        if (bell != null) bell.Ring();
        else HandOver.ToPool(this);
    }

    void IThreadPoolWorkItem.Execute() => _core.SetResult(default);

    void IValueTaskSource.GetResult(short token) => _ = _core.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token,
        ValueTaskSourceOnCompletedFlags flags) => _core.OnCompleted(continuation, state, token, flags);
}

using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Threading.Tasks.Sources;

namespace TypedShmQueue.Async;

/// <summary>
/// A pending call with its argument and result. It serves one call after another: awaiting its result makes it free for the next.
/// </summary>
internal sealed class AsyncCall<TArgument, TResult>(AsyncCalls<TArgument, TResult> kind)
    : AsyncCall, IValueTaskSource<TResult>, IValueTaskSource, IThreadPoolWorkItem
{
    // It carries no result: it would take it by value, and a large message has no room on the dispatcher's stack. And no error: to keep one
    // it allocates.
    private ManualResetValueTaskSourceCore<ValueTuple> _core;
    private Action<object?>? _continuation;
    private object? _state;
    private ExecutionContext? _context;
    private TArgument? _argument;
    private TResult? _result;
    private Exception? _error;
    private bool _isCancelled;
    private CancellationToken _cancellation;
    private long _began;
    private long _took;
    private CancellationTokenRegistration _registration;

    /// <summary>The call as what its caller awaits, once.</summary>
    public ValueTask<TResult> Task => new(this, _core.Version);

    /// <summary>The same, for a call that returns nothing.</summary>
    public ValueTask PlainTask => new(this, _core.Version);

    public void Begin(in TArgument argument, CancellationToken cancellationToken)
    {
        _argument = argument;
        _began = Stopwatch.GetTimestamp();
        _cancellation = cancellationToken;
        kind.Gate.Add(this);
        try
        {
            Steps.CanThrow("async: cancellation registered");
            // In line first: a cancellation that comes at once finds the call there.
            _registration = cancellationToken.UnsafeRegister(
                static call => ((AsyncCall<TArgument, TResult>)call!).CancelFromOutside(), this);
        }
        catch
        {
            Steps.Repairs("call in line");
            // A call that has come to its end meanwhile keeps it: its message would be lost. It goes on without a cancellation.
            if (kind.Gate.TryTakeBack(this)) throw;
        }
    }

    /// <inheritdoc/>
    public override bool TryFinish(bool closely)
    {
        try
        {
            return kind.Look(_argument!, closely, out _result);
        }
        catch (Exception e)
        {
            // Whatever it is, it is the caller's: the dispatcher goes on with the others.
            _error = e;
            return true;
        }
    }

    /// <inheritdoc/>
    public override void Cancel() => _isCancelled = true;

    /// <inheritdoc/>
    public override void Fail(Exception error) => _error = error;

    /// <inheritdoc/>
    public override void Signal()
    {
        _took = Stopwatch.GetTimestamp() - _began;
        _core.SetResult(default);
    }

    public ValueTaskSourceStatus GetStatus(short token)
    {
        ValueTaskSourceStatus status = _core.GetStatus(token);
        if (status != ValueTaskSourceStatus.Succeeded) return status;
        return _isCancelled || _error is OperationCanceledException ? ValueTaskSourceStatus.Canceled
            : _error != null ? ValueTaskSourceStatus.Faulted
            : ValueTaskSourceStatus.Succeeded;
    }

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        _ = _core.GetStatus(token); // of another call: refused before anything is changed
        AwaitersContext.Detach(ref continuation, ref state, ref flags);
        if (Interlocked.CompareExchange(ref _continuation, continuation, null) != null)
            throw new InvalidOperationException(
                "The call is awaited already. Await it once, or make a task of it (AsTask) to wait for it in several places.");
        _state = state;
        _context = flags.HasFlag(ValueTaskSourceOnCompletedFlags.FlowExecutionContext) ? ExecutionContext.Capture() : null;
        _core.OnCompleted(static call => ((AsyncCall<TArgument, TResult>)call!).GoOn(), this, token, ValueTaskSourceOnCompletedFlags.None);
    }

    /// <summary>The continuation is the user's code, and so is its context: neither runs on the dispatcher.</summary>
    private void GoOn() => HandOver.ToPool(this);

    void IThreadPoolWorkItem.Execute()
    {
        if (_context is { } context) ExecutionContext.Run(context, static call => ((AsyncCall<TArgument, TResult>)call!).Continue(), this);
        else Continue();
    }

    /// <summary>From here on this object may serve another call.</summary>
    private void Continue() => _continuation!(_state);

    public TResult GetResult(short token)
    {
        // Refused before anything is cleared: the result can be asked for once, and not before it is there.
        if (_core.GetStatus(token) == ValueTaskSourceStatus.Pending)
            throw new InvalidOperationException("The call has not ended. Await it, or convert it to a task (AsTask) and wait for that.");
        long took = _took;
        try
        {
            _core.GetResult(token);
            if (_isCancelled) throw new OperationCanceledException(_cancellation);
            if (_error != null) ExceptionDispatchInfo.Throw(_error);
            return _result!;
        }
        finally
        {
            Clear();
            kind.Waited(took);
        }
    }

    void IValueTaskSource.GetResult(short token) => _ = GetResult(token);

    private void CancelFromOutside() => kind.Gate.Cancel(this);

    private void Clear()
    {
        // A cancellation that is under way must not meet the next call, so then there is none: this one is left to the collector. Waiting
        // for it instead could throw, for a thread that is interrupted, and would cost the caller the result.
        bool isFree = _registration.Equals(default) || _registration.Unregister();
        _registration = default;
        _cancellation = default;
        _argument = default;
        _result = default;
        _error = null;
        _isCancelled = false;
        _continuation = null;
        _state = null;
        _context = null;
        _core.Reset();
        if (isFree) kind.Keep(this);
    }
}

using System.Diagnostics;
using System.Threading.Tasks.Sources;

namespace TypedShmQueue.Async;

/// <summary>
/// A pending call with its argument and result. It serves one call after another: awaiting its result makes it free for the next.
/// </summary>
internal sealed class AsyncCall<TArgument, TResult>(AsyncCalls<TArgument, TResult> kind) : AsyncCall, IValueTaskSource<TResult>,
    IValueTaskSource
{
    // A continuation is the user's code, and so is its context: neither runs on the dispatcher, on which all others wait. The core carries
    // no result: it would take it by value, and a large message has no room on the dispatcher's stack.
    private ManualResetValueTaskSourceCore<ValueTuple> _core = new() { RunContinuationsAsynchronously = true };
    private TArgument? _argument;
    private TResult? _result;
    private Exception? _error;
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
    public override void Cancel() => _error = new OperationCanceledException(_cancellation);

    /// <inheritdoc/>
    public override void Fail(Exception error) => _error = error;

    /// <inheritdoc/>
    public override void Signal()
    {
        _took = Stopwatch.GetTimestamp() - _began;
        if (_error != null) _core.SetException(_error);
        else _core.SetResult(default);
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
    {
        AwaitersContext.Detach(ref continuation, ref state, ref flags);
        _core.OnCompleted(continuation, state, token, flags);
    }

    public TResult GetResult(short token)
    {
        // Refused before anything is cleared: the result can be asked for once, and not before it is there.
        if (_core.GetStatus(token) == ValueTaskSourceStatus.Pending)
            throw new InvalidOperationException("The call has not ended. Await it, or convert it to a task (AsTask) and wait for that.");
        long took = _took;
        try
        {
            _core.GetResult(token);
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
        _core.Reset();
        if (isFree) kind.Keep(this);
    }
}

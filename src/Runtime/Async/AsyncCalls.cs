namespace TypedShmQueue.Async;

/// <summary>All calls of one kind at a gate: makes them, and keeps those that have ended for the next ones.</summary>
/// <param name="gate">Where they wait.</param>
/// <param name="look">What they wait for.</param>
/// <param name="waited">Told how long a call waited, in Stopwatch ticks, by who asks for its result.</param>
internal sealed class AsyncCalls<TArgument, TResult>(AsyncGate gate, AsyncLook<TArgument, TResult> look, Action<long> waited)
{
    /// <summary>Beyond this many, ended calls are left to the collector: a burst of calls must not hold its memory indefinitely.</summary>
    private const int MostKept = 1024;

    private readonly Lock _lock = new();
    private AsyncCall<TArgument, TResult>? _kept;
    private int _keptCount;

    public AsyncGate Gate => gate;

    public AsyncLook<TArgument, TResult> Look => look;

    public Action<long> Waited => waited;

    /// <summary>Begins a call that has to wait, behind those that wait already.</summary>
    public AsyncCall<TArgument, TResult> Begin(in TArgument argument, CancellationToken cancellationToken)
    {
        Steps.CanThrow("async: call made");
        AsyncCall<TArgument, TResult> call = Take() ?? new AsyncCall<TArgument, TResult>(this);
        call.Begin(argument, cancellationToken);
        return call;
    }

    /// <summary>
    /// Looks at once, unless others wait already; waits if there is nothing. Never throws: what goes wrong is the task's.
    /// </summary>
    public ValueTask<TResult> Start(in TArgument argument, bool closely, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<TResult>(cancellationToken);
        try
        {
            // Behind those who wait already, or their turn would never come.
            if (!gate.HasCalls && look(argument, closely, out TResult result)) return new ValueTask<TResult>(result);
            return Begin(argument, cancellationToken).Task;
        }
        catch (Exception e)
        {
            return ValueTask.FromException<TResult>(e);
        }
    }

    /// <summary>As <see cref="Start"/>, for a call that returns nothing.</summary>
    public ValueTask StartPlain(in TArgument argument, bool closely, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled(cancellationToken);
        try
        {
            if (!gate.HasCalls && look(argument, closely, out _)) return default;
            return Begin(argument, cancellationToken).PlainTask;
        }
        catch (Exception e)
        {
            return ValueTask.FromException(e);
        }
    }

    /// <summary>Takes a call back that has ended and was cleared.</summary>
    public void Keep(AsyncCall<TArgument, TResult> call)
    {
        lock (_lock)
        {
            if (_keptCount == MostKept) return;
            _keptCount++;
            call.Next = _kept;
            _kept = call;
        }
    }

    private AsyncCall<TArgument, TResult>? Take()
    {
        lock (_lock)
        {
            if (_kept is not { } call) return null;
            _keptCount--;
            _kept = (AsyncCall<TArgument, TResult>?)call.Next;
            call.Next = null;
            return call;
        }
    }
}

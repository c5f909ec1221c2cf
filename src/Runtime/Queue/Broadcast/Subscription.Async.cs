using System.Runtime.CompilerServices;
using TypedShmQueue.Async;
using TypedShmQueue.Ring;

namespace TypedShmQueue.CompilerServices;

/// <content>Calls that wait without a thread. A pending one is looked after by the process's dispatcher, and counts as a call in progress.</content>
public sealed partial class Subscription<T> where T : unmanaged
{
    private readonly AsyncGate _async;
    private readonly AsyncCalls<ValueTuple, T> _dequeues;
    private readonly AsyncCalls<ValueTuple, bool> _waitsToRead;

    /// <summary>Takes the next message; waits for one without blocking a thread.</summary>
    public ValueTask<T> DequeueAsync(CancellationToken cancellationToken) => Begin(_dequeues, cancellationToken);

    /// <summary>Waits until there is a message, or never will be one.</summary>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken) => Begin(_waitsToRead, cancellationToken);

    /// <summary>Takes messages as they come, up to the queue's end.</summary>
    public async IAsyncEnumerable<T> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (TryDequeue(out T message))
            {
                yield return message;
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private ValueTask<TResult> Begin<TResult>(AsyncCalls<ValueTuple, TResult> calls, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<TResult>(cancellationToken);
        try
        {
            // Behind those who wait already, or their turn would never come.
            if (!_async.HasCalls && calls.Look(default, closely: true, out TResult result)) return new ValueTask<TResult>(result);
            return calls.Begin(default, cancellationToken).Task;
        }
        catch (Exception e)
        {
            return ValueTask.FromException<TResult>(e);
        }
    }

    private bool LookAndTake(in ValueTuple argument, bool closely, out T message)
    {
        while (true)
        {
            RingStatus status = _ring.TryDequeue(out message);
            if (status == RingStatus.Done)
            {
                _notFull.Wake(1); // E4
                return true;
            }

            if (status == RingStatus.Blocked && closely) status = _ring.Investigate();
            if (status == RingStatus.Blocked) return false;
            if (status != RingStatus.Done) Throw(status);
        }
    }

    private bool LookForMessage(in ValueTuple argument, bool closely, out bool isThere)
    {
        NoReader nothing = default;
        while (true)
        {
            RingStatus status = _ring.TryPeek(ref nothing, out _);
            isThere = status == RingStatus.Done;
            if (isThere) return true;
            if (status == RingStatus.Blocked && closely) status = _ring.Investigate();
            if (status == RingStatus.Completed) return true;
            if (status == RingStatus.Blocked) return false;
            if (status != RingStatus.Done) Throw(status);
        }
    }
}

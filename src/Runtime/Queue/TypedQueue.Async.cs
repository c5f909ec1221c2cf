using System.Runtime.CompilerServices;
using TypedShmQueue.Async;
using TypedShmQueue.Ring;

namespace TypedShmQueue.CompilerServices;

public sealed unsafe partial class TypedQueue<T, TProducers, TConsumers>
    where T : unmanaged
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    private readonly AsyncGate _asyncConsumers;
    private readonly AsyncGate _asyncProducers;
    private readonly AsyncCalls<ValueTuple, T> _dequeues;
    private readonly AsyncCalls<ValueTuple, bool> _waitsToRead;
    private readonly AsyncCalls<T, bool> _enqueues;
    private readonly AsyncCalls<ValueTuple, bool> _waitsToWrite;

    /// <summary>Takes the oldest message; waits for one without blocking a thread.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ValueTask<T> DequeueAsync(CancellationToken cancellationToken)
    {
        // Behind those who wait already, or their turn would never come.
        if (cancellationToken.IsCancellationRequested || _asyncConsumers.HasCalls || _ring.TryDequeue(out T message) != RingStatus.Done)
            return DequeueLater(cancellationToken);
        _notFull.Wake(1); // E4
        return new ValueTask<T>(message);
    }

    /// <summary>Waits until there is a message, or never will be one.</summary>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<bool>(cancellationToken);
        try
        {
            if (!_asyncConsumers.HasCalls && LookForMessage(default, closely: true, out bool isThere)) return new ValueTask<bool>(isThere);
            return _waitsToRead.Begin(default, cancellationToken).Task;
        }
        catch (Exception e)
        {
            return ValueTask.FromException<bool>(e);
        }
    }

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

    /// <summary>Sends; waits for room without blocking a thread.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ValueTask EnqueueAsync(in T message, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested || _asyncProducers.HasCalls || Send(message) != RingStatus.Done)
            return EnqueueLater(message, cancellationToken);
        _notEmpty.Wake(ReceiversOf(1)); // E3
        return default;
    }

    /// <summary>Waits until there is room, or never will be.</summary>
    public ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<bool>(cancellationToken);
        try
        {
            if (!_asyncProducers.HasCalls && LookForRoom(default, closely: false, out bool isThere)) return new ValueTask<bool>(isThere);
            return _waitsToWrite.Begin(default, cancellationToken).Task;
        }
        catch (Exception e)
        {
            return ValueTask.FromException<bool>(e);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ValueTask<T> DequeueLater(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled<T>(cancellationToken);
        try
        {
            if (!_asyncConsumers.HasCalls && LookAndTake(default, closely: true, out T message)) return new ValueTask<T>(message);
            return _dequeues.Begin(default, cancellationToken).Task;
        }
        catch (Exception e)
        {
            return ValueTask.FromException<T>(e);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ValueTask EnqueueLater(in T message, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) return ValueTask.FromCanceled(cancellationToken);
        try
        {
            if (!_asyncProducers.HasCalls && LookAndSend(message, closely: false, out _)) return default;
            return _enqueues.Begin(message, cancellationToken).PlainTask;
        }
        catch (Exception e)
        {
            return ValueTask.FromException(e);
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
            if (status != RingStatus.Done) Resolve(status, producing: false);
        }
    }

    private bool LookForMessage(in ValueTuple argument, bool closely, out bool isThere)
    {
        while (true)
        {
            NoReader nothing = default;
            RingStatus status = _ring.TryPeek(ref nothing);
            isThere = status == RingStatus.Done;
            if (isThere) return true;
            if (status == RingStatus.Blocked && closely) status = _ring.Investigate();
            if (status == RingStatus.Completed) return true;
            if (status == RingStatus.Blocked) return false;
            if (status != RingStatus.Done) Resolve(status, producing: false);
        }
    }

    private bool LookAndSend(in T message, bool closely, out bool sent)
    {
        while (true)
        {
            RingStatus status = SendMakingRoom(message, closely);
            sent = status == RingStatus.Done;
            if (sent) _notEmpty.Wake(ReceiversOf(1)); // E3
            if (status is RingStatus.Done or RingStatus.Blocked) return sent;
            Resolve(status, producing: true);
        }
    }

    private bool LookForRoom(in ValueTuple argument, bool closely, out bool isThere)
    {
        RingStatus status = _ring.FindRoom();
        if (TConsumers.IsBroadcast && status == RingStatus.Blocked) status = MakeRoom(asks: closely);
        isThere = status == RingStatus.Done;
        // The end is an answer. Anything else that is not about room is an error: the caller must not take it for the end.
        if (status is not (RingStatus.Done or RingStatus.Blocked or RingStatus.Completed)) Resolve(status, producing: true);
        return status != RingStatus.Blocked;
    }
}

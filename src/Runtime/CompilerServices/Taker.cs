using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using TypedShmQueue.Async;
using TypedShmQueue.Queue;
using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.CompilerServices;

/// <summary>Every way to take, written once: a queue that is taken from has one, and an emitted subscription is one.</summary>
/// <typeparam name="TMessage">The message.</typeparam>
/// <typeparam name="TSource">How it gets out of a slot.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public class Taker<TMessage, TSource> : IShmWaitable
    where TSource : struct, ISource<TMessage>
{
    private readonly TSource _source;
    private readonly ConsumerEnd _end;
    private PendingTakes<TMessage>? _pending;
    private AsyncCalls<ValueTuple, bool>? _waitsToRead;

    internal Taker(TSource source)
    {
        _source = source;
        _end = source.End;
    }

    ConsumerEnd? IShmWaitable.TakingEnd => _end;

    private protected TSource Source => _source;

    private protected ConsumerEnd End => _end;

    // Made when they are first asked for: most handles make no asynchronous call.
    private PendingTakes<TMessage> Pending => _pending ?? LazyInitializer.EnsureInitialized(ref _pending, _source.NewPendingTakes);

    private AsyncCalls<ValueTuple, bool> WaitsToRead =>
        _waitsToRead ?? LazyInitializer.EnsureInitialized(ref _waitsToRead, () => new(_end.Line, LookForMessage, _end.Waited));

    /// <inheritdoc cref="IShmConsumer{T}.Dequeue(CancellationToken)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public TMessage Dequeue(CancellationToken cancellationToken = default) => Dequeue(_source, cancellationToken);

    /// <summary>As the other; the caller holds the source as well.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal TMessage Dequeue(TSource source, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) ThrowCancelled(cancellationToken);
        if (source.IsGatheringDue) _end.Gather();
        if (source.TryTake(out TMessage? message) == RingStatus.Done) source.Took(1);
        else _ = Wait(out message, Deadline.Never, completedIsFalse: false, cancellationToken);
        return message!;
    }

    /// <inheritdoc cref="IShmConsumer{T}.Dequeue(Span{T}, CancellationToken)"/>
    public int Dequeue(Span<TMessage> destination, CancellationToken cancellationToken = default)
    {
        ThrowIfEmpty(destination);
        cancellationToken.ThrowIfCancellationRequested();
        return Take(destination, Deadline.Never, completedIsFalse: false, cancellationToken);
    }

    /// <inheritdoc cref="IShmConsumer{T}.TryDequeue(out T)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryDequeue([MaybeNullWhen(false)] out TMessage message)
    {
        RingStatus status = _source.TryTake(out message);
        if (status != RingStatus.Done) return status != RingStatus.Blocked && TryDequeueSlowly(status, out message);
        _source.Took(1);
        return true;
    }

    /// <inheritdoc cref="IShmConsumer{T}.TryDequeue(out T, TimeSpan)"/>
    public bool TryDequeue([MaybeNullWhen(false)] out TMessage message, TimeSpan timeout)
    {
        Deadline deadline = Deadline.After(timeout);
        return TryDequeue(out message) || Wait(out message, deadline, completedIsFalse: true, CancellationToken.None);
    }

    /// <inheritdoc cref="IShmConsumer{T}.TryDequeue(Span{T})"/>
    public int TryDequeue(Span<TMessage> destination)
    {
        _end.ThrowIfDisposed();
        while (!destination.IsEmpty)
        {
            RingStatus status = _source.TryTake(destination, out int taken);
            if (taken > 0) _source.Took(taken);
            if (status is RingStatus.Done or RingStatus.Blocked or RingStatus.Completed) return taken;
            _end.Resolve(status);
        }

        return 0;
    }

    /// <inheritdoc cref="IShmConsumer{T}.TryDequeue(Span{T}, TimeSpan)"/>
    public int TryDequeue(Span<TMessage> destination, TimeSpan timeout)
    {
        Deadline deadline = Deadline.After(timeout);
        return destination.IsEmpty ? TryDequeue(destination) : Take(destination, deadline, completedIsFalse: true, CancellationToken.None);
    }

    /// <inheritdoc cref="IShmConsumer{T}.TryPeek(out T)"/>
    public bool TryPeek([MaybeNullWhen(false)] out TMessage message)
    {
        while (true)
        {
            RingStatus status = _source.TryPeek(out message);
            if (status is RingStatus.Done or RingStatus.Blocked or RingStatus.Completed) return status == RingStatus.Done;
            _end.Resolve(status);
        }
    }

    /// <inheritdoc cref="IShmConsumer{T}.DequeueAsync(CancellationToken)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ValueTask<TMessage> DequeueAsync(CancellationToken cancellationToken = default)
    {
        // Behind those who wait already, or their turn would never come.
        if (TSource.RunsUserCode || cancellationToken.IsCancellationRequested || _end.Line.HasCalls
            || _source.TryTake(out TMessage message) != RingStatus.Done)
            return Pending.Start(cancellationToken);
        _source.Took(1);
        return new ValueTask<TMessage>(message);
    }

    /// <inheritdoc cref="IShmConsumer{T}.WaitToReadAsync(CancellationToken)"/>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default) =>
        WaitsToRead.Start(default, closely: true, cancellationToken);

    /// <inheritdoc cref="IShmConsumer{T}.ReadAllAsync(CancellationToken)"/>
    public async IAsyncEnumerable<TMessage> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (TryDequeue(out TMessage? message))
            {
                yield return message;
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private protected static void ThrowIfEmpty(Span<TMessage> destination)
    {
        if (destination.IsEmpty) throw new ArgumentException("The destination has no room for a message; give at least one element.",
            nameof(destination));
    }

    /// <summary>In a stream, lets some messages gather before one is taken.</summary>
    private protected void GatherIfDue()
    {
        if (_source.IsGatheringDue) _end.Gather();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal bool TryDequeueSlowly(RingStatus status, [MaybeNullWhen(false)] out TMessage message)
    {
        while (true)
        {
            if (status is RingStatus.Blocked or RingStatus.Completed)
            {
                message = default;
                return false;
            }

            _end.Resolve(status);
            status = _source.TryTake(out message);
            if (status != RingStatus.Done) continue;
            _source.Took(1);
            return true;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool Wait([MaybeNullWhen(false)] out TMessage message, Deadline deadline, bool completedIsFalse,
        CancellationToken cancellationToken)
    {
        Unsafe.SkipInit(out message);
        TakeCall call = new(_source, ref message!);
        if (WaitLoop.Run(_end, ref call, passesOver: false, deadline, completedIsFalse, cancellationToken)) return true;
        message = default;
        return false;
    }

    /// <summary>Takes what is there and fits; waits for the first of them.</summary>
    private int Take(Span<TMessage> destination, Deadline deadline, bool completedIsFalse, CancellationToken cancellationToken)
    {
        GatherIfDue();
        int taken = TryDequeue(destination);
        if (taken > 0 || !Wait(out destination[0]!, deadline, completedIsFalse, cancellationToken)) return taken;
        // One is taken: whatever is wrong with the next one, the caller gets it.
        int more = destination.Length > 1 ? _source.TakeMore(destination[1..]) : 0;
        if (more > 0) _source.Took(more);
        return 1 + more;
    }

    private bool LookForMessage(in ValueTuple argument, bool closely, out bool isThere)
    {
        while (true)
        {
            RingStatus status = _source.Find();
            isThere = status == RingStatus.Done;
            if (isThere) return true;
            if (status == RingStatus.Blocked && closely) status = _end.Investigate();
            if (status == RingStatus.Completed) return true;
            if (status != RingStatus.Done && !_end.LooksAgain(status, closely: false)) return false;
        }
    }

    private static void ThrowCancelled(CancellationToken cancellationToken) => cancellationToken.ThrowIfCancellationRequested();

    private readonly ref struct TakeCall(TSource source, ref TMessage message) : IWaitingCall
    {
        private readonly ref TMessage _message = ref message;

        public RingStatus Try()
        {
            RingStatus status = source.TryTake(out _message);
            if (status == RingStatus.Done) source.Took(1);
            return status;
        }
    }
}

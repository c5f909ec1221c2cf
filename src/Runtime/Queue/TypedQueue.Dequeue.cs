using System.Runtime.CompilerServices;
using TypedShmQueue.Queue;
using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.CompilerServices;

public sealed unsafe partial class TypedQueue<T, TProducers, TConsumers>
    where T : unmanaged
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    /// <summary>Takes the oldest message if there is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryDequeue(out T message)
    {
        RingStatus status = _ring.TryDequeue(out message);
        if (status == RingStatus.Done)
        {
            _notFull.Wake(1); // E4
            return true;
        }

        return status != RingStatus.Blocked && TryDequeueResolving(status, out message);
    }

    /// <summary>Takes the oldest message; waits for one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Dequeue(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) ThrowCancelled(cancellationToken);
        if (_ring.ConsumerPosition >= _ring.Consumer.GatherAt) Gather(Pacing.MessagesToGather);
        if (_ring.TryDequeue(out T message) == RingStatus.Done) _notFull.Wake(1); // E4
        else _ = DequeueWaiting(out message, Deadline.Never, completedIsFalse: false, cancellationToken);
        return message;
    }

    /// <summary>Takes the oldest message; waits for one until the timeout.</summary>
    public bool TryDequeue(out T message, TimeSpan timeout)
    {
        Deadline deadline = Deadline.After(timeout);
        return TryDequeue(out message) || DequeueWaiting(out message, deadline, completedIsFalse: true, CancellationToken.None);
    }

    /// <summary>Takes what there is and fits.</summary>
    public int TryDequeue(Span<T> destination)
    {
        if (destination.IsEmpty)
        {
            ThrowIfDisposed();
            return 0;
        }

        while (true)
        {
            RingStatus status = _ring.TryDequeue(destination, out int taken);
            if (status == RingStatus.Done) _notFull.Wake(taken); // E4
            if (status is RingStatus.Done or RingStatus.Blocked or RingStatus.Completed) return taken;
            Resolve(status, producing: false);
        }
    }

    /// <summary>Takes at least one message.</summary>
    /// <exception cref="ArgumentException">There is no room for one.</exception>
    public int Dequeue(Span<T> destination, CancellationToken cancellationToken)
    {
        if (destination.IsEmpty) throw new ArgumentException("The destination has no room for a message; give at least one element.", nameof(destination));
        cancellationToken.ThrowIfCancellationRequested();
        if (_ring.ConsumerPosition >= _ring.Consumer.GatherAt) Gather(destination.Length);
        int taken = TryDequeue(destination);
        if (taken > 0) return taken;
        _ = DequeueWaiting(out destination[0], Deadline.Never, completedIsFalse: false, cancellationToken);
        // One is taken: whatever the ring says now, the caller gets it.
        if (destination.Length == 1 || _ring.TryDequeue(destination[1..], out int more, hasSome: true) != RingStatus.Done) return 1;
        _notFull.Wake(more); // E4
        return 1 + more;
    }

    /// <summary>Reads the oldest message without taking it.</summary>
    public bool TryPeek(out T message)
    {
        while (true)
        {
            RingStatus status = _ring.TryPeek(out message);
            if (status is RingStatus.Done or RingStatus.Blocked or RingStatus.Completed) return status == RingStatus.Done;
            Resolve(status, producing: false);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Gather(int wanted) =>
        _ring.Consumer.GatherAt = _session.ConsumerPacing.Gather(_ring.ConsumerPosition, wanted, _isPublished);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryDequeueResolving(RingStatus status, out T message)
    {
        while (true)
        {
            if (status == RingStatus.Completed)
            {
                message = default;
                return false;
            }

            Resolve(status, producing: false);
            status = _ring.TryDequeue(out message);
            if (status == RingStatus.Done) _notFull.Wake(1); // E4
            if (status is RingStatus.Done or RingStatus.Blocked) return status == RingStatus.Done;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool DequeueWaiting(out T message, Deadline deadline, bool completedIsFalse, CancellationToken cancellationToken)
    {
        message = default;
        TakeCall call = new(this, ref message);
        return WaitForMessage(ref call, deadline, completedIsFalse, cancellationToken);
    }

    private bool WaitForMessage<TCall>(ref TCall call, Deadline deadline, bool completedIsFalse, CancellationToken cancellationToken)
        where TCall : struct, IRingCall, allows ref struct
    {
        Pacing pacing = _session.ConsumerPacing;
        long began = _ring.ConsumerPosition;
        _ring.Consumer.GatherAt = began + (pacing.Begin(began) ? 0 : Pacing.LongRun);
        for (int i = 0; i < Pacing.EagerLooks && pacing.SpinsAtAll; i++)
        {
            RingStatus status = call.Try();
            if (status == RingStatus.Done)
            {
                pacing.End(_ring.ConsumerPosition);
                return true;
            }

            if (status != RingStatus.Blocked) break;
        }

        return ParkForMessage(ref call, pacing, deadline, completedIsFalse, cancellationToken);
    }

    private bool ParkForMessage<TCall>(ref TCall call, Pacing pacing, Deadline deadline, bool completedIsFalse, CancellationToken cancellationToken)
        where TCall : struct, IRingCall, allows ref struct
    {
        Waiter waiter = new(_session.NotEmpty, pacing, deadline, cancellationToken, ref _session.Ring.Tail);
        bool taken = false;
        Interlocked.Increment(ref _waiting);
        try
        {
            while (true)
            {
                RingStatus status = call.Try();
                // Before parking: is the queue at its end, or did whoever claimed the oldest position die?
                if (status == RingStatus.Blocked && waiter.IsAboutToPark)
                {
                    status = _ring.Investigate();
                    if (status == RingStatus.Done) continue;
                }

                if (status == RingStatus.Done)
                {
                    // One wake may stand for several messages, if the first of them was published last: pass it on.
                    taken = true;
                    if (waiter.Parked > 0 && _ring.MayHoldMore) _notEmpty.Wake(1);
                    return true;
                }

                if (status == RingStatus.Completed && completedIsFalse) return false;
                if (status != RingStatus.Blocked) Resolve(status, producing: false);
                else if (!waiter.TryNext()) return false;
            }
        }
        finally
        {
            waiter.End();
            // Who leaves without a message may have been woken for one: the wake is another's.
            if (waiter.Parked > 0 && !taken) _notEmpty.Wake(1);
            pacing.End(_ring.ConsumerPosition, waiter.Elapsed);
            Interlocked.Decrement(ref _waiting);
            GC.KeepAlive(_session);
            ConsumerWaited(waiter.Elapsed);
        }
    }
}

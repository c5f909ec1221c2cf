using System.Runtime.CompilerServices;
using TypedShmQueue.Layout;
using TypedShmQueue.Liveness;
using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.CompilerServices;

public sealed unsafe partial class TypedQueue<T, TProducers, TConsumers>
    where T : unmanaged
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    /// <summary>Sends if there is room.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryEnqueue(in T message)
    {
        RingStatus status = _ring.TryEnqueue(ThisLane(), message);
        if (status == RingStatus.Done)
        {
            _notEmpty.Wake(1); // E3
            return true;
        }

        return status != RingStatus.Blocked && TryEnqueueResolving(status, message);
    }

    /// <summary>Sends; waits for room.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enqueue(in T message, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) ThrowCancelled(cancellationToken);
        if (_ring.TryEnqueue(ThisLane(), message) == RingStatus.Done) _notEmpty.Wake(1); // E3
        else _ = EnqueueWaiting(message, Deadline.Never, cancellationToken);
    }

    /// <summary>Sends; waits for room until the timeout.</summary>
    public bool TryEnqueue(in T message, TimeSpan timeout)
    {
        Deadline deadline = Deadline.After(timeout);
        return TryEnqueue(message) || EnqueueWaiting(message, deadline, CancellationToken.None);
    }

    /// <summary>Sends what there is room for.</summary>
    public int TryEnqueue(ReadOnlySpan<T> messages)
    {
        if (messages.IsEmpty)
        {
            ThrowIfDisposed();
            return 0;
        }

        while (true)
        {
            RingStatus status = _ring.TryEnqueue(ThisLane(), messages, out int sent);
            if (status == RingStatus.Done) _notEmpty.Wake(sent); // E3
            if (status is RingStatus.Done or RingStatus.Blocked) return sent;
            Resolve(status, producing: true);
        }
    }

    /// <summary>Sends all, waiting for room as needed. Cancelled or completed midway, it has sent a prefix.</summary>
    public void Enqueue(ReadOnlySpan<T> messages, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        ThrowIfDisposed();
        while (!messages.IsEmpty)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int sent = TryEnqueue(messages);
            messages = messages[sent..];
            if (messages.IsEmpty) return;
            if (sent == 0)
            {
                _ = EnqueueWaiting(messages[0], Deadline.Never, cancellationToken);
                messages = messages[1..];
            }
        }
    }

    /// <summary>Sends, displacing the oldest message if there is no room.</summary>
    public bool EnqueueShift(in T message) => EnqueueShift(message, out _);

    /// <summary>Sends, displacing the oldest message if there is no room, and hands out what was displaced.</summary>
    public bool EnqueueShift(in T message, out T displaced)
    {
        displaced = default;
        bool any = false;
        SpinWait spin = default;
        while (true)
        {
            RingStatus status = _ring.TryEnqueue(ThisLane(), message);
            if (status == RingStatus.Done)
            {
                _notEmpty.Wake(1); // E3
                return any;
            }

            if (status == RingStatus.Blocked) status = Displace(ref displaced, ref any);
            if (status == RingStatus.Blocked)
            {
                // A live producer is between its claim and its publication. If it is this thread, nobody else will end that.
                if (spin.NextSpinWillYield && !TProducers.IsExclusive && _session.Lanes.IsOpenByThisThread(_ring.ConsumerPosition))
                    throw new InvalidOperationException($"The oldest position of the full queue '{Name}' is a SlotWriter that this thread holds open, so nothing can be displaced. Commit or dispose the writer before EnqueueShift.");
                spin.SpinOnce();
            }
            else if (status != RingStatus.Done)
            {
                if (any) _notFull.Wake(1); // the slot that was freed is another's now
                Resolve(status, producing: true);
            }
        }
    }

    /// <summary>Claims a slot if there is room.</summary>
    public bool TryClaim(out SlotWriter<T> writer)
    {
        while (true)
        {
            ThreadLane lane = TProducers.IsExclusive ? _soleLane : _session.Lanes.OfThisThread();
            RingStatus status = _ring.TryClaim(lane.Lane, out long position, out byte* message);
            if (status == RingStatus.Done)
            {
                Steps.At("claim: claimed");
                lane.Thread = Thread.CurrentThread;
                Volatile.Write(ref lane.OpenPosition, position);
                Steps.At("claim: open");
                // The thread's next call must not overwrite this lane's intent: it finds another lane.
                ThreadLane.Latest = null;
                writer = new SlotWriter<T>(this, lane, position, message);
                return true;
            }

            if (status == RingStatus.Blocked)
            {
                writer = default;
                return false;
            }

            Resolve(status, producing: true);
        }
    }

    void IClaimOwner.Commit(ThreadLane lane, long position)
    {
        _ring.Publish(lane.Lane, position);
        EndClaim(lane);
        if (!TProducers.IsExclusive) ThreadLane.Latest = lane;
    }

    void IClaimOwner.Abandon(ThreadLane lane, long position)
    {
        Abandon(lane, position);
        if (!TProducers.IsExclusive) ThreadLane.Latest = lane;
    }

    private void Abandon(ThreadLane lane, long position)
    {
        _ring.Abandon(lane.Lane, position);
        EndClaim(lane);
    }

    private void EndClaim(ThreadLane lane)
    {
        _notEmpty.Wake(1); // E3; also after an abandoned claim: those behind it can be taken now
        Steps.At("claim: ended and told");
        Volatile.Write(ref lane.OpenPosition, 0);
        if (Volatile.Read(ref _disposed) != 0) DetachIfDrained(); // D1
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lane* ThisLane() => TProducers.IsExclusive ? null : _session.Lanes.OfThisThread().Lane;

    private RingStatus Displace(ref T displaced, ref bool any)
    {
        RingStatus status = _ring.TryDisplace(out T dropped, out bool didDrop);
        if (didDrop)
        {
            displaced = dropped;
            any = true;
        }

        return status;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryEnqueueResolving(RingStatus status, in T message)
    {
        while (true)
        {
            Resolve(status, producing: true);
            status = _ring.TryEnqueue(ThisLane(), message);
            if (status == RingStatus.Done) _notEmpty.Wake(1); // E3
            if (status is RingStatus.Done or RingStatus.Blocked) return status == RingStatus.Done;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool EnqueueWaiting(in T message, Deadline deadline, CancellationToken cancellationToken)
    {
        Pacing pacing = _session.ProducerPacing;
        pacing.Begin(_ring.ProducerPosition);
        for (int i = 0; i < Pacing.EagerLooks && pacing.SpinsAtAll; i++)
        {
            RingStatus status = _ring.TryEnqueue(ThisLane(), message);
            if (status == RingStatus.Done)
            {
                _notEmpty.Wake(1); // E3
                pacing.End(_ring.ProducerPosition);
                return true;
            }

            if (status != RingStatus.Blocked) break;
        }

        return EnqueueParking(message, pacing, deadline, cancellationToken);
    }

    private bool EnqueueParking(in T message, Pacing pacing, Deadline deadline, CancellationToken cancellationToken)
    {
        Waiter waiter = new(_session.NotFull, pacing, deadline, cancellationToken, ref _session.Ring.Tail);
        bool sent = false;
        Interlocked.Increment(ref _waiting);
        try
        {
            while (true)
            {
                RingStatus status = _ring.TryEnqueue(ThisLane(), message);
                if (status == RingStatus.Done)
                {
                    _notEmpty.Wake(1); // E3
                    // One wake may stand for several free slots: pass it on.
                    sent = true;
                    if (waiter.Parked > 0) _notFull.Wake(1);
                    return true;
                }

                if (status != RingStatus.Blocked) Resolve(status, producing: true);
                else if (!waiter.TryNext()) return false;
            }
        }
        finally
        {
            waiter.End();
            // Who leaves without a slot may have been woken for one: the wake is another's.
            if (waiter.Parked > 0 && !sent) _notFull.Wake(1);
            pacing.End(_ring.ProducerPosition, waiter.Elapsed);
            Interlocked.Decrement(ref _waiting);
            GC.KeepAlive(_session);
            ProducerWaited(waiter.Elapsed);
        }
    }

    private static void ThrowCancelled(CancellationToken cancellationToken) => cancellationToken.ThrowIfCancellationRequested();
}

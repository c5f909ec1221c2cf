using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
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
        RingStatus status = Send(message);
        if (status == RingStatus.Done)
        {
            _notEmpty.Wake(ReceiversOf(1)); // E3
            return true;
        }

        return (TConsumers.IsBroadcast || status != RingStatus.Blocked) && TryEnqueueResolving(status, message);
    }

    /// <summary>Sends; waits for room.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enqueue(in T message, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested) ThrowCancelled(cancellationToken);
        if (Send(message) == RingStatus.Done) _notEmpty.Wake(ReceiversOf(1)); // E3
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

        int sent = 0;
        try
        {
            while (true)
            {
                RingStatus status = Send(messages[sent..], out int run);
                sent += run;
                if (status == RingStatus.Done) _notEmpty.Wake(ReceiversOf(run)); // E3
                // Subscribers leave room to be made, so a part that was sent is not all there is room for.
                if (TConsumers.IsBroadcast && status == RingStatus.Done && sent < messages.Length) continue;
                if (TConsumers.IsBroadcast && status == RingStatus.Blocked) status = MakeRoom(asks: false);
                else if (status is RingStatus.Done or RingStatus.Blocked) return sent;
                if (status == RingStatus.Done) continue;
                if ((sent > 0 && status != RingStatus.Completing) || status == RingStatus.Blocked) return sent;
                Resolve(status, producing: true);
            }
        }
        catch when (sent > 0)
        {
            // Asking the system who lives can fail. What was sent is told; the error is that of a later call.
            return sent;
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
    public bool EnqueueShift(in T message)
    {
        // Not by a discard: that is a variable, and a large message has no room on the stack.
        NoReader nobody = default;
        return Shift(message, ref nobody);
    }

    /// <summary>Sends, displacing the oldest message if there is no room, and hands out what was displaced.</summary>
    public bool EnqueueShift(in T message, out T displaced)
    {
        Unsafe.SkipInit(out displaced);
        if (Unsafe.AreSame(in message, in displaced)) return ShiftToItself(ref displaced);
        ValueReader<T> reader = new(ref displaced);
        bool any = Shift(message, ref reader);
        if (!any) displaced = default; // a copy that somebody was faster than may be torn
        return any;
    }

    /// <summary>The caller wants what was displaced where the message stands that is sent. Aside, on the heap: it may be larger than the stack.</summary>
    private bool ShiftToItself(ref T message)
    {
        T* copy = (T*)NativeMemory.Alloc((nuint)sizeof(T));
        try
        {
            Unsafe.CopyBlockUnaligned(ref *(byte*)copy, ref Unsafe.As<T, byte>(ref message), (uint)sizeof(T));
            return EnqueueShift(in *copy, out message);
        }
        finally
        {
            NativeMemory.Free(copy);
        }
    }

    private bool Shift<TReader>(in T message, ref TReader reader) where TReader : struct, IMessageReader, allows ref struct
    {
        bool any = false;
        SpinWait spin = default;
        while (true)
        {
            RingStatus status = Send(message);
            if (status == RingStatus.Done)
            {
                _notEmpty.Wake(ReceiversOf(1)); // E3
                return any;
            }

            if (status == RingStatus.Blocked && TryShift(message, ref reader, ref any, out status)) return any;
            if (status == RingStatus.Blocked)
            {
                ThrowIfHeldUpByItself(spin);
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
    public bool TryClaim(out SlotWriter<T> writer) => TryClaim(out writer, asks: false);

    private bool TryClaim(out SlotWriter<T> writer, bool asks)
    {
        while (true)
        {
            ThreadLane lane = ThisThreadLane();
            RingStatus status = _ring.TryClaim(lane.Lane, out long position, out byte* message);
            if (status == RingStatus.Done)
            {
                writer = Open(lane, position, message);
                return true;
            }

            if (TConsumers.IsBroadcast && status == RingStatus.Blocked) status = MakeRoom(asks);
            if (status == RingStatus.Blocked)
            {
                writer = default;
                return false;
            }

            if (status != RingStatus.Done) Resolve(status, producing: true);
        }
    }

    private SlotWriter<T> Open(ThreadLane lane, long position, byte* message)
    {
        Steps.At("claim: claimed");
        lane.Thread = Thread.CurrentThread;
        Volatile.Write(ref lane.OpenPosition, position);
        Steps.At("claim: open");
        // The thread's next call must not overwrite this lane's intent: it finds another lane.
        ThreadLane.Latest = null;
        return new SlotWriter<T>(this, lane, position, message);
    }

    void IClaimOwner.Commit(ThreadLane lane, long position)
    {
        if (TConsumers.IsBroadcast && _stamps) Stamp(position);
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
        _notEmpty.Wake(ReceiversOf(1)); // E3; also after an abandoned claim: those behind it can be taken now
        Steps.At("claim: ended and told");
        Volatile.Write(ref lane.OpenPosition, 0);
        if (Volatile.Read(ref _disposed) != 0) DetachIfDrained(); // D1
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private RingStatus Send(in T message) =>
        TConsumers.IsBroadcast && _stamps ? SendStamped(message) : _ring.TryEnqueue(ThisLane(), message);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private RingStatus Send(ReadOnlySpan<T> messages, out int sent) =>
        TConsumers.IsBroadcast && _stamps ? SendStamped(messages, out sent) : _ring.TryEnqueue(ThisLane(), messages, out sent);

    /// <summary>As <see cref="Send(in T)"/>; in a broadcast queue no consumer makes room, so the producer does.</summary>
    private RingStatus SendMakingRoom(in T message, bool asks)
    {
        while (true)
        {
            RingStatus status = Send(message);
            if (!TConsumers.IsBroadcast || status != RingStatus.Blocked) return status;
            status = MakeRoom(asks);
            if (status != RingStatus.Done) return status;
        }
    }

    /// <summary>How many of those who are parked so many messages are for.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ReceiversOf(int sent) => TConsumers.IsBroadcast ? int.MaxValue : sent;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lane* ThisLane() => TProducers.IsExclusive ? null : _session.Lanes.OfThisThread().Lane;

    private ThreadLane ThisThreadLane() => TProducers.IsExclusive ? _soleLane : _session.Lanes.OfThisThread();

    /// <summary>A live producer is between its claim and its publication. If it is this thread, nobody else will end that.</summary>
    private void ThrowIfHeldUpByItself(SpinWait spin)
    {
        if (spin.NextSpinWillYield && !TProducers.IsExclusive && _session.Lanes.IsOpenByThisThread(_ring.ConsumerPosition))
            throw new InvalidOperationException($"The oldest position of the full queue '{Name}' is a SlotWriter that this thread holds open, so nothing can be displaced. Commit or dispose the writer before EnqueueShift.");
    }

    /// <summary>Sends to a full ring, in place of the oldest message. False: look again, or what the status says.</summary>
    private bool TryShift<TReader>(in T message, ref TReader displaced, ref bool any, out RingStatus status)
        where TReader : struct, IMessageReader, allows ref struct
    {
        Lane* lane = ThisLane();
        status = TryClaimDisplacing(lane, ref displaced, out long position, out byte* slot, ref any);
        if (position == 0) return false;
        HardwareMemory.Write(slot, message);
        if (TConsumers.IsBroadcast && _stamps) Stamp(position);
        _ring.Publish(lane, position);
        _notEmpty.Wake(ReceiversOf(1)); // E3
        return true;
    }

    /// <summary>Claims a slot of a full ring and displaces the oldest message. Done without a position: look again.</summary>
    private RingStatus TryClaimDisplacing<TReader>(Lane* lane, ref TReader displaced, out long position, out byte* slot, ref bool any)
        where TReader : struct, IMessageReader, allows ref struct
    {
        RingStatus status = TConsumers.IsBroadcast
            ? TryClaimDisplacingForAll(lane, ref displaced, out position, out slot, out bool dropped)
            : _ring.TryClaimDisplacing(lane, ref displaced, out position, out slot, out dropped);
        any |= dropped;
        return status;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryEnqueueResolving(RingStatus status, in T message)
    {
        while (true)
        {
            if (status != RingStatus.Blocked) Resolve(status, producing: true);
            status = SendMakingRoom(message, asks: false);
            if (status == RingStatus.Done) _notEmpty.Wake(ReceiversOf(1)); // E3
            if (status is RingStatus.Done or RingStatus.Blocked) return status == RingStatus.Done;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool EnqueueWaiting(in T message, Deadline deadline, CancellationToken cancellationToken)
    {
        if (TConsumers.IsBroadcast && SendMakingRoom(message, asks: false) == RingStatus.Done)
        {
            _notEmpty.Wake(ReceiversOf(1)); // E3
            return true;
        }

        Pacing pacing = _session.ProducerPacing;
        pacing.Begin(_ring.ProducerPosition);
        for (int i = 0; i < Pacing.EagerLooks && pacing.SpinsAtAll; i++)
        {
            RingStatus status = SendMakingRoom(message, asks: false);
            if (status == RingStatus.Done)
            {
                _notEmpty.Wake(ReceiversOf(1)); // E3
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
                RingStatus status = SendMakingRoom(message, waiter.IsAboutToPark);
                if (status == RingStatus.Done)
                {
                    _notEmpty.Wake(ReceiversOf(1)); // E3
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

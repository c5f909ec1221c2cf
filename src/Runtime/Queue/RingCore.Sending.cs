using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Durable;
using TypedShmQueue.Layout;
using TypedShmQueue.Liveness;
using TypedShmQueue.Ring;
using TypedShmQueue.Threads;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.Queue;

/// <content>Sending, claiming and displacing. In a broadcast queue producers also make room themselves, and stamp messages where they
/// age.</content>
internal sealed unsafe partial class RingCore<T, TProducers, TConsumers>
{
    /// <summary>Where the producers are; where one producer's word is private, by its own count (T1).</summary>
    private long Tail => _ring.ProducerPosition & ~Segment.CompletedBit;

    /// <summary>So many messages were sent: each is for one consumer, or for every subscriber.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public new void Sent(int messages) => base.Sent(TConsumers.IsBroadcast && !TConsumers.IsAcknowledged ? int.MaxValue : messages);

    /// <summary>Sends if there is room. Wakes nobody.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RingStatus TrySend(in T message) =>
        TConsumers.IsBroadcast && _sendsSingly ? TrySendNoted(message) : _ring.TryEnqueue(ThisLane(), message);

    /// <summary>Sends as many as there is room for. Wakes nobody.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RingStatus TrySend(ReadOnlySpan<T> messages, out int sent) =>
        _sendsSingly ? TrySendNoted(messages, out sent) : _ring.TryEnqueue(ThisLane(), messages, out sent);

    /// <summary>Bytes of a message in its slot.</summary>
    private int MessageSize => typeof(T) == typeof(AnyMessage) ? _session.Geometry.MessageSize : sizeof(T);

    /// <summary>
    /// Sends the bytes of a serialized message if there is room: their length, and they. Wakes nobody.
    /// </summary>
    public RingStatus TrySendBytes(ReadOnlySpan<byte> message)
    {
        long nobody = 0;
        return TrySendBytes(message, hasLength: true, ref nobody);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// From the claim to its publication nothing can throw, since it copies plain bytes, which were found to fit when they were written.
    /// </remarks>
    public override RingStatus TrySendBytes(ReadOnlySpan<byte> message, bool hasLength, ref long claimed)
    {
        ThreadLane lane = ThisThreadLane();
        RingStatus status = _ring.TryClaim(lane.Lane, out long position, out byte* slot);
        if (status != RingStatus.Done) return status;
        Volatile.Write(ref claimed, position);
        int room = MessageSize;
        if (hasLength)
        {
            Unsafe.WriteUnaligned(slot, message.Length);
            slot += sizeof(int);
            room -= sizeof(int);
        }

        message.CopyTo(new Span<byte>(slot, room));
        Publish(lane.Lane, position);
        return status;
    }

    /// <summary>
    /// Sends a copy of a message of another queue if there is room, and if its holder still has it when it has been copied. Wakes nobody.
    /// </summary>
    /// <remarks>From the claim to its end nothing can throw: plain bytes are copied, and a word of the other queue is read.</remarks>
    /// <param name="message">The message.</param>
    /// <param name="isSent">Whether it was sent. Otherwise it is others' by now, and its claim was given up.</param>
    public RingStatus TrySendCopy(in HeldMessage message, out bool isSent)
    {
        isSent = false;
        ThreadLane lane = ThisThreadLane();
        RingStatus status = _ring.TryClaim(lane.Lane, out long position, out byte* slot);
        if (status != RingStatus.Done) return status;
        HardwareMemory.Write(slot, in Unsafe.AsRef<T>(message.Address));
        Steps.At("dead letter: copied");
        isSent = message.IsHeld;
        if (isSent) Publish(lane.Lane, position);
        else _ring.Abandon(lane.Lane, position);
        return status;
    }

    /// <inheritdoc/>
    public override bool? WasPublished(long position) => _ring.WasPublished(position);

    /// <summary>Sends, displacing the oldest message if there is no room. True if one was displaced.</summary>
    public bool EnqueueShift(in T message)
    {
        // Not by a discard: that is a variable, and a large message has no room on the stack.
        NoReader nobody = default;
        bool any = Shift(in message, ref nobody);
        _session.CommitterOfCalls?.AfterSending();
        return any;
    }

    /// <summary>Sends, displacing the oldest message if there is no room, and hands it out. True if one was displaced.</summary>
    public bool EnqueueShift(in T message, out T displaced)
    {
        Unsafe.SkipInit(out displaced);
        if (Unsafe.AreSame(in message, in displaced)) return ShiftToItself(ref displaced);
        ValueReader<T> reader = new(ref displaced);
        bool any = Shift(in message, ref reader);
        if (!any) displaced = default; // a copy that somebody was faster than may be torn
        _session.CommitterOfCalls?.AfterSending();
        return any;
    }

    /// <summary>
    /// The caller wants the displaced message where the one that is sent stands. That one is copied to the heap first: it may be larger
    /// than the stack.
    /// </summary>
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

    private bool Shift<TReader>(in T message, ref TReader displaced) where TReader : struct, IMessageReader, allows ref struct
    {
        bool any = false;
        SpinWait spin = default;
        while (true)
        {
            RingStatus status = _sendsSingly ? TrySendNoted(message) : TrySend(message);
            if (status == RingStatus.Done)
            {
                Sent(1);
                return any;
            }

            if (status == RingStatus.Blocked && TryShift(message, ref displaced, ref any, out status)) return any;
            if (status == RingStatus.Blocked)
            {
                ThrowIfHeldUpByItself(spin);
                spin.SpinOnce();
            }
            else if (status != RingStatus.Done)
            {
                if (any) Took(1); // the slot that was freed is another's now
                Producers.Resolve(status);
            }
        }
    }

    /// <summary>Claims a slot if there is room.</summary>
    public bool TryClaim(out SlotWriter<T> writer)
    {
        while (true)
        {
            RingStatus status = TryClaimOnce(out writer);
            if (status is RingStatus.Done or RingStatus.Blocked) return status == RingStatus.Done;
            Producers.Resolve(status);
        }
    }

    /// <summary>Claims a slot; waits for room until the timeout.</summary>
    public bool TryClaim(out SlotWriter<T> writer, TimeSpan timeout)
    {
        Deadline deadline = Deadline.After(timeout);
        return TryClaim(out writer) || TryClaim(out writer, deadline, CancellationToken.None);
    }

    /// <summary>Claims a slot; waits for room.</summary>
    public void Claim(out SlotWriter<T> writer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!TryClaim(out writer)) _ = TryClaim(out writer, Deadline.Never, cancellationToken);
    }

    /// <summary>Claims a slot; waits for room until the deadline.</summary>
    public bool TryClaim(out SlotWriter<T> writer, Deadline deadline, CancellationToken cancellationToken)
    {
        ClaimCall call = new(this);
        bool claimed = WaitLoop.Run(Producers, ref call, passesOver: false, deadline, completedIsFalse: false, cancellationToken);
        writer = call.Writer;
        return claimed;
    }

    /// <summary>Claims a slot if there is room, or if it can be made.</summary>
    public RingStatus TryClaimOnce(out SlotWriter<T> writer)
    {
        while (true)
        {
            ThreadLane lane = ThisThreadLane();
            RingStatus status = _ring.TryClaim(lane.Lane, out long position, out byte* message);
            writer = status == RingStatus.Done ? Open(lane, position, message) : default;
            if (status != RingStatus.Blocked) return status;
            status = Producers.TryMakeRoom(waits: false);
            if (status != RingStatus.Done) return status;
        }
    }

    /// <summary>Claims up to so many slots in a row, if there is room for one or it can be made.</summary>
    public bool TryClaim(int most, out SlotSpan<T> span)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(most, 1);
        while (true)
        {
            ThreadLane lane = ThisThreadLane();
            RingStatus status = _ring.TryClaim(lane.Lane, most, out long first, out int claimed);
            if (status == RingStatus.Done)
            {
                Open(lane, first, claimed);
                span = new SlotSpan<T>(this, lane, _session.Ring, first, claimed);
                return true;
            }

            span = default;
            if (status == RingStatus.Blocked) status = Producers.TryMakeRoom(waits: false);
            if (status == RingStatus.Blocked) return false;
            if (status != RingStatus.Done) Producers.Resolve(status);
        }
    }

    /// <summary>
    /// Claims a slot, displacing the oldest message if there is no room. True if one was displaced, which the reader kept.
    /// </summary>
    public bool ClaimShift<TReader>(out SlotWriter<T> writer, ref TReader displaced) where TReader : struct, IMessageReader
    {
        bool any = false;
        SpinWait spin = default;
        while (!TryClaim(out writer))
        {
            ThreadLane lane = ThisThreadLane();
            RingStatus status = TryClaimDisplacing(lane.Lane, ref displaced, out long position, out byte* message, ref any);
            if (position != 0)
            {
                writer = Open(lane, position, message);
                return any;
            }

            if (status == RingStatus.Blocked)
            {
                ThrowIfHeldUpByItself(spin);
                spin.SpinOnce();
            }
            else if (status != RingStatus.Done)
            {
                if (any) Took(1); // the slot that was freed is another's now
                Producers.Resolve(status);
            }
        }

        return any;
    }

    private SlotWriter<T> Open(ThreadLane lane, long position, byte* message)
    {
        Open(lane, position, 1);
        return new SlotWriter<T>(this, lane, position, message);
    }

    private static void Open(ThreadLane lane, long first, int count)
    {
        Steps.At("claim: claimed");
        lane.Thread = Thread.CurrentThread;
        lane.OpenCount = count;
        lane.Claim++;
        Volatile.Write(ref lane.OpenPosition, first);
        Steps.At("claim: open");
        // The thread's next call must not overwrite this lane's intent: it finds another lane.
        if (!TProducers.IsExclusive) KnownByThread.Forget(lane);
    }

    void IClaimOwner.Commit(ThreadLane lane, long position)
    {
        Publish(lane.Lane, position, lane.OpenCount);
        EndClaim(lane);
        if (!TProducers.IsExclusive) KnownByThread.Restore(lane);
    }

    void IClaimOwner.Abandon(ThreadLane lane, long position)
    {
        Abandon(lane, position);
        if (!TProducers.IsExclusive) KnownByThread.Restore(lane);
    }

    private void Abandon(ThreadLane lane, long position)
    {
        _ring.Abandon(lane.Lane, position, lane.OpenCount);
        EndClaim(lane);
    }

    private void EndClaim(ThreadLane lane)
    {
        Sent(lane.OpenCount); // also after an abandoned claim: those behind it can be taken now
        Steps.At("claim: ended and told");
        Volatile.Write(ref lane.OpenPosition, 0);
        if (Volatile.Read(ref _disposed) != 0) DetachIfDrained(); // D1
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lane* ThisLane() => TProducers.IsExclusive ? null : _session.Lanes.OfThisThread().Lane;

    private ThreadLane ThisThreadLane() => TProducers.IsExclusive ? _soleLane : _session.Lanes.OfThisThread();

    /// <summary>A live producer is between its claim and its publication. If it is this thread, nobody else will end that.</summary>
    private void ThrowIfHeldUpByItself(SpinWait spin)
    {
        if (spin.NextSpinWillYield && !TProducers.IsExclusive && _session.Lanes.IsOpenByThisThread(_ring.ConsumerPosition))
            throw new InvalidOperationException($"The oldest position of the full queue '{Name}' is a SlotWriter that this thread holds " +
                $"open, so nothing can be displaced. Commit or dispose the writer before EnqueueShift.");
    }

    /// <summary>Sends to a full ring, in place of the oldest message. False: look again, or what the status says.</summary>
    private bool TryShift<TReader>(in T message, ref TReader displaced, ref bool any, out RingStatus status)
        where TReader : struct, IMessageReader, allows ref struct
    {
        Lane* lane = ThisLane();
        status = TryClaimDisplacing(lane, ref displaced, out long position, out byte* slot, ref any);
        if (position == 0) return false;
        HardwareMemory.Write(slot, message);
        Publish(lane, position);
        Sent(1);
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

    /// <summary>
    /// Makes room if nobody loses by it; else claims first, and then takes the oldest from all who have still to take it.
    /// </summary>
    private RingStatus TryClaimDisplacingForAll<TReader>(Lane* lane, ref TReader displaced, out long position, out byte* slot,
        out bool dropped)
        where TReader : struct, IMessageReader, allows ref struct
    {
        position = 0;
        slot = null;
        dropped = false;
        RingStatus status = MakeRoom(asks: false, waits: false);
        if (status != RingStatus.Blocked) return status;
        long tail = Tail;
        status = Look(_gating!.TryReadOldest(tail, ref displaced, out long head, out bool isMessage));
        if (head == 0) return status;
        // Another producer has claimed the slot of the oldest message, and hands that message out.
        if (tail - head > Capacity) return _gating.TryPassForTheDead(head);
        status = _ring.TryClaimBeyond(lane, tail, out position, out slot);
        if (status != RingStatus.Done) return status == RingStatus.Blocked ? RingStatus.Done : status;
        dropped = _gating.TryPassOldest(head) && isMessage;
        if (dropped) displaced.Keep();
        return status;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private RingStatus MakeRoom(bool asks, bool waits) => Look(_gating!.TryMakeRoom(Tail, asks, waits));

    /// <summary>The words may have been let go of while they were looked at.</summary>
    private RingStatus Look(RingStatus status) =>
        status == RingStatus.Corrupt && _ring.Producer.HasLeft ? RingStatus.Closed : status;

    /// <summary>As <see cref="TrySend(in T)"/>: stamps the message where messages age, and notes its position for a commit.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public RingStatus TrySendNoted(in T message)
    {
        Lane* lane = ThisLane();
        RingStatus status = _ring.TryClaim(lane, out long position, out byte* slot);
        if (status != RingStatus.Done) return status;
        HardwareMemory.Write(slot, message);
        Publish(lane, position);
        return status;
    }

    private RingStatus TrySendNoted(ReadOnlySpan<T> messages, out int sent)
    {
        for (sent = 0; sent < messages.Length; sent++)
        {
            RingStatus status = TrySendNoted(messages[sent]);
            if (status != RingStatus.Done) return sent > 0 ? RingStatus.Done : status;
        }

        return RingStatus.Done;
    }

    private void Publish(Lane* lane, long first, int count = 1)
    {
        if (TConsumers.IsBroadcast && _stamps)
        {
            for (int i = 0; i < count; i++) Stamp(first + i);
        }

        _ring.Publish(lane, first, count);
        if (_session.Committer != null) Committer.SentHere = first + count;
    }

    /// <summary>Before the word is published (E1), and within the claim.</summary>
    private void Stamp(long position)
    {
        SubscriptionsView subscriptions = _session.Subscriptions;
        Volatile.Write(ref subscriptions.Stamp(position), Clock.Now(subscriptions));
    }

    private ref struct ClaimCall(RingCore<T, TProducers, TConsumers> core) : IWaitingCall
    {
        public SlotWriter<T> Writer;

        public RingStatus Try() => core.TryClaimOnce(out Writer);
    }
}

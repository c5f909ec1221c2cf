using System.Runtime.CompilerServices;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Ring;

internal sealed unsafe partial class MessageRing<T, TProducers, TConsumers, TMemory>
    where T : unmanaged
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
    where TMemory : struct, IMemory
{
    /// <summary>Takes the oldest message if it is there.</summary>
    /// <remarks>
    /// The mark needs no finally up to here: loads, stores, a swap and a copy of plain bytes cannot throw. What can, is in
    /// <see cref="TryDequeueAgain"/>, which takes the mark away itself.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RingStatus TryDequeue(out T message)
    {
        RingStatus status = Enter();
        if (status == RingStatus.Done)
        {
            long head = TConsumers.Head<TMemory>(_view, ref _consumer);
            byte* slot = Slot(head);
            if (TMemory.LoadAcquire(ref Word(slot)) == SlotWord.Published(head)) // E1
            {
                TMemory.Read(slot + SlotLayout.WordSize, out message);
                if (TConsumers.TryAdvance<TMemory>(_view, ref _consumer, head, head + 1)) // E2
                {
                    LineOwner<T, TMemory>.Taken(_view, head, _consumer.EmptyLooks, ref _consumer.EmptyLooksAtOwning);
                    Leave();
                    GC.KeepAlive(this);
                    return RingStatus.Done;
                }
            }

            status = TryDequeueAgain(out message);
        }
        else if (status == RingStatus.Limited)
        {
            status = TryDequeueAgain(out message);
        }
        else
        {
            message = default;
        }

        GC.KeepAlive(this);
        return status;
    }

    /// <summary>Takes as many messages as are there and fit.</summary>
    /// <param name="destination">Where they go.</param>
    /// <param name="taken">How many.</param>
    /// <param name="hasSome">
    /// The caller has taken some already: if there are none, nothing is looked into. Asking the system who lives can fail, and would cost
    /// those.
    /// </param>
    public RingStatus TryDequeue(Span<T> destination, out int taken, bool hasSome = false)
    {
        taken = 0;
        RingStatus status = EnterEither();
        if (status != RingStatus.Done) return status;
        try
        {
            do
            {
                long head = TConsumers.Head<TMemory>(_view, ref _consumer);
                int tombstones = Gather(head, destination, out taken);
                if (taken == 0 && tombstones == 0)
                {
                    status = hasSome ? RingStatus.Blocked : LookInto(head);
                }
                else if (TConsumers.TryAdvance<TMemory>(_view, ref _consumer, head, head + taken + tombstones)) // E2
                {
                    if (tombstones > 0) CountSkipped(tombstones);
                    LineOwner<T, TMemory>.Taken(_view, head, taken);
                    status = RingStatus.Done;
                }
                else
                {
                    taken = 0; // what was copied is another consumer's
                }
            }
            while (status == RingStatus.Done && taken == 0); // a tombstone was passed or made, or another consumer was faster

            return status;
        }
        finally
        {
            LeaveInAnyCase();
        }
    }

    /// <summary>
    /// Copies out the messages of published positions from <paramref name="head"/> on, up to the first that is neither that nor a
    /// tombstone.
    /// </summary>
    private int Gather(long head, Span<T> destination, out int copied)
    {
        copied = 0;
        int tombstones = 0;
        long most = Math.Min(_view.Capacity, _consumer.Visible.From<TMemory>(head));
        while (copied < destination.Length && copied + tombstones < most)
        {
            long position = head + copied + tombstones;
            byte* slot = Slot(position);
            long word = TMemory.LoadAcquire(ref Word(slot)); // E1
            if (word == SlotWord.Published(position)) TMemory.Read(slot + SlotLayout.WordSize, out destination[copied++]);
            else if (word == SlotWord.Tombstone(position)) tombstones++;
            else break;
        }

        return tombstones;
    }

    /// <summary>Takes the oldest message, if it is there, by a reader.</summary>
    public RingStatus TryTake<TReader>(ref TReader reader) where TReader : struct, IMessageReader, allows ref struct
    {
        RingStatus status = EnterEither();
        if (status != RingStatus.Done) return status;
        try
        {
            while (status == RingStatus.Done)
            {
                long head = TConsumers.Head<TMemory>(_view, ref _consumer);
                byte* slot = Slot(head);
                if (TMemory.LoadAcquire(ref Word(slot)) == SlotWord.Published(head) && IsVisible(head)) // E1
                {
                    // A reader may allocate. If it throws, head has not moved, and the message is still the oldest.
                    reader.Read<TMemory>(slot + SlotLayout.WordSize);
                    if (!TConsumers.TryAdvance<TMemory>(_view, ref _consumer, head, head + 1)) continue; // E2
                    reader.Keep();
                    LineOwner<T, TMemory>.Taken(_view, head, _consumer.EmptyLooks, ref _consumer.EmptyLooksAtOwning);
                    break;
                }

                status = LookInto(head);
            }

            return status;
        }
        finally
        {
            LeaveInAnyCase();
        }
    }

    /// <summary>Reads the oldest message without taking it.</summary>
    public RingStatus TryPeek(out T message)
    {
        Unsafe.SkipInit(out message);
        ValueReader<T> reader = new(ref message);
        RingStatus status = TryPeek(ref reader);
        if (!reader.IsKept) message = default; // a copy that somebody was faster than may be torn
        return status;
    }

    /// <summary>Reads the oldest message without taking it, by a reader.</summary>
    public RingStatus TryPeek<TReader>(ref TReader reader)
        where TReader : struct, IMessageReader, allows ref struct => TryPeek(ref reader, out _);

    /// <summary>
    /// Reads the oldest message without taking it, by a reader, and says where it stands: for <see cref="TryTakePeeked"/>.
    /// </summary>
    public RingStatus TryPeek<TReader>(ref TReader reader, out long position) where TReader : struct, IMessageReader, allows ref struct
    {
        position = 0;
        RingStatus status = EnterEither();
        if (status != RingStatus.Done) return status;
        try
        {
            while (status == RingStatus.Done)
            {
                long head = TConsumers.Head<TMemory>(_view, ref _consumer);
                byte* slot = Slot(head);
                if (TMemory.LoadAcquire(ref Word(slot)) == SlotWord.Published(head) && IsVisible(head)) // E1
                {
                    reader.Read<TMemory>(slot + SlotLayout.WordSize);
                    TMemory.LoadFence();
                    // E2: head has not moved, so the slot was not free while it was read.
                    if (TConsumers.Head<TMemory>(_view, ref _consumer) != head) continue;
                    reader.Keep();
                    position = head;
                    break;
                }

                status = LookInto(head);
            }

            return status;
        }
        finally
        {
            LeaveInAnyCase();
        }
    }

    /// <summary>Takes the message that was peeked at. Blocked: another consumer or a displacing producer was faster.</summary>
    public RingStatus TryTakePeeked(long position)
    {
        RingStatus status = EnterEither();
        if (status != RingStatus.Done) return status;
        // Positions never come again: if head is still there, the message that was read is the oldest, and nobody has it.
        // E2
        if (TConsumers.Head<TMemory>(_view, ref _consumer) == position
            && TConsumers.TryAdvance<TMemory>(_view, ref _consumer, position, position + 1))
            LineOwner<T, TMemory>.Taken(_view, position, _consumer.EmptyLooks, ref _consumer.EmptyLooksAtOwning);
        else status = RingStatus.Blocked;
        Leave();
        GC.KeepAlive(this);
        return status;
    }

    /// <summary>
    /// Finds published messages from the oldest on, to be read in their slots. Precondition: one consumer. No slot from head on is
    /// overwritten until head moves (E2). Beside producers that do not displace, only <see cref="TryRelease"/> moves it. Beside those that
    /// may, it finds out whether they did.
    /// </summary>
    /// <param name="most">The most messages to find.</param>
    /// <param name="first">The position of the first.</param>
    /// <param name="count">How many were found.</param>
    public RingStatus TryRead(int most, out long first, out int count)
    {
        first = 0;
        count = 0;
        RingStatus status = EnterEither();
        if (status != RingStatus.Done) return status;
        try
        {
            // No more than there are slots: a reader that is overtaken would follow the producers around the ring.
            most = (int)Math.Min(most, _view.Capacity);
            while (status == RingStatus.Done)
            {
                first = TConsumers.Head<TMemory>(_view, ref _consumer);
                long visible = _consumer.Visible.From<TMemory>(first);
                while (count < most && count < visible
                    && TMemory.LoadAcquire(ref Word(Slot(first + count))) == SlotWord.Published(first + count)) count++; // E1
                if (count > 0) return RingStatus.Done;
                status = LookInto(first);
            }

            return status;
        }
        finally
        {
            LeaveInAnyCase();
        }
    }

    /// <summary>
    /// Takes what <see cref="TryRead"/> found. Blocked: head has moved, so it may have been overwritten while it was read. Taken: another
    /// call has taken it already; beside producers that displace, only another release is known to.
    /// </summary>
    public RingStatus TryRelease(long first, int count)
    {
        RingStatus status = EnterEither();
        if (status != RingStatus.Done) return status;
        // Positions never come again: if head is still there, every message was whole while it was read, and nobody has it.
        // E2
        if (TConsumers.Head<TMemory>(_view, ref _consumer) == first
            && TConsumers.TryAdvance<TMemory>(_view, ref _consumer, first, first + count))
        {
            _consumer.Released = first + count;
            LineOwner<T, TMemory>.Taken(_view, first, count);
        }
        else
        {
            status = TConsumers.TakesByStore || first < _consumer.Released ? RingStatus.Taken : RingStatus.Blocked;
        }

        Leave();
        GC.KeepAlive(this);
        return status;
    }

    /// <summary>
    /// The slow way: somebody was faster, or the oldest position holds a tombstone or nothing. Precondition: entered. Leaves.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private RingStatus TryDequeueAgain(out T message)
    {
        try
        {
            while (true)
            {
                long head = TConsumers.Head<TMemory>(_view, ref _consumer);
                byte* slot = Slot(head);
                if (TMemory.LoadAcquire(ref Word(slot)) == SlotWord.Published(head) && IsVisible(head)) // E1
                {
                    TMemory.Read(slot + SlotLayout.WordSize, out message);
                    if (TConsumers.TryAdvance<TMemory>(_view, ref _consumer, head, head + 1)) return RingStatus.Done; // E2
                    continue;
                }

                RingStatus status = LookInto(head);
                if (status == RingStatus.Done) continue;
                message = default;
                return status;
            }
        }
        finally
        {
            LeaveInAnyCase();
        }
    }

    /// <summary>
    /// The position at head is not published. Done: it was passed, look again. Tail is left alone until this has lasted
    /// (<see cref="HeldUp"/>): reading it takes its line from the producers.
    /// </summary>
    private RingStatus LookInto(long head)
    {
        long word = TMemory.LoadAcquire(ref Word(Slot(head)));
        if (word == SlotWord.Tombstone(head))
        {
            PassTombstone(head);
            return RingStatus.Done;
        }

        if (IsClosed) return RingStatus.Closed;
        if (_consumer.Visible.IsLimited && word == SlotWord.Published(head)) return LookIntoCommit(head);
        // The word of a later lap: head has moved since it was read, so the ring may hold messages, and Blocked would be a lie.
        if (SlotWord.Position(word) > head) return InvestigateHead(head, asks: false);
        _consumer.EmptyLooks++;
        return _consumer.HeldUp.IsLong<TMemory>(head) ? InvestigateHead(head, asks: true) : RingStatus.Blocked;
    }

    /// <summary>There is a message, which a power failure could take back until it is committed. Done: it is by now.</summary>
    private RingStatus LookIntoCommit(long head)
    {
        if (IsVisible(head)) return RingStatus.Done;
        // Who waits sees to it by itself. Who polls does when nobody else did for long.
        if (_consumer.HeldUp.IsLong<TMemory>(head)) _peers.OnUncommitted(head + 1);
        return RingStatus.Blocked;
    }

    private bool IsVisible(long position) => _consumer.Visible.Covers<TMemory>(position);

    private bool IsClosed => Volatile.Read(ref _consumer.Closed) == ConsumerSide.Left;

    private void PassTombstone(long head)
    {
        if (TConsumers.TryAdvance<TMemory>(_view, ref _consumer, head, head + 1)) CountSkipped(1);
    }

    private void CountSkipped(int tombstones)
    {
        TMemory.Add(ref _view.Skipped, tombstones);
        _peers.OnTombstone();
    }

    /// <summary>
    /// What holds the oldest position up: nothing (the ring is empty), a live claim, the queue's end, or a dead claim, which is resolved
    /// here if this has lasted. For consumers that are about to park; those that poll come to it by <see cref="LookInto"/>.
    /// </summary>
    public RingStatus Investigate()
    {
        RingStatus status = EnterEither();
        if (status != RingStatus.Done) return status;
        try
        {
            long head = TConsumers.Head<TMemory>(_view, ref _consumer);
            return InvestigateHead(head, _consumer.HeldUp.IsLongNow<TMemory>(head));
        }
        finally
        {
            LeaveInAnyCase();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private RingStatus InvestigateHead(long head, bool asks)
    {
        RingStatus status = Recovery.Investigate<TMemory>(_view, _peers, Slot(head), head, isHead: true, TProducers.IsExclusive, asks,
            ref _consumer.HeldUp);
        // Nobody else moves this head: a word that says otherwise would make the caller look again indefinitely.
        if (TConsumers.TakesByStore && status == RingStatus.Done && TMemory.LoadAcquire(ref _view.Head) != head)
            status = RingStatus.Corrupt;
        return status == RingStatus.Corrupt && IsClosed ? RingStatus.Closed : status;
    }

    /// <summary>
    /// The consumer's entry: D1 where it moves head by a store, a look at Closed and at the role otherwise. Limited: entered, and
    /// <see cref="ConsumerSide.Visible"/> says what may be taken.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private RingStatus Enter()
    {
        if (TConsumers.TakesByStore)
        {
            if (_consumer.InFlight != 0) return RingStatus.Busy;
            Volatile.Write(ref _consumer.InFlight, 1); // D1
        }

        if (Volatile.Read(ref _consumer.Closed) == 0 && (!TConsumers.IsExclusive || _consumer.HasRole != 0)) return RingStatus.Done;
        return EnterOtherwise();
    }

    /// <summary>As <see cref="Enter"/>, for calls that look at what is visible in any case.</summary>
    private RingStatus EnterEither()
    {
        RingStatus status = Enter();
        return status == RingStatus.Limited ? RingStatus.Done : status;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private RingStatus EnterOtherwise()
    {
        // Read once: Dispose may close a handle that was limited.
        int closed = Volatile.Read(ref _consumer.Closed);
        if (closed == ConsumerSide.Limited && (!TConsumers.IsExclusive || _consumer.HasRole != 0)) return RingStatus.Limited;
        Leave();
        return closed == ConsumerSide.Left ? RingStatus.Closed : RingStatus.NoRole;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Leave()
    {
        if (TConsumers.TakesByStore) Volatile.Write(ref _consumer.InFlight, 0); // D1
    }

    /// <summary>
    /// For a finally: a reader can fail to allocate, and the system to say who lives, and the mark must not outlive the call.
    /// </summary>
    private void LeaveInAnyCase()
    {
        Steps.Repairs("consumer's mark");
        Leave();
        GC.KeepAlive(this);
    }
}

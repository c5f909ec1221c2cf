using System.Runtime.CompilerServices;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Ring.Broadcast;

internal sealed unsafe partial class SubscriberRing<T, TMemory>
    where T : unmanaged
    where TMemory : struct, IMemory
{
    /// <summary>Takes the next message if it is there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public RingStatus TryDequeue(out T message)
    {
        RingStatus status = Enter();
        if (status != RingStatus.Done)
        {
            if (status == RingStatus.Limited) return TryDequeueAgain(out message);
            message = default;
            return status;
        }

        long cursor = _side.Next;
        byte* slot = Slot(cursor);
        if (TMemory.LoadAcquire(ref Word(slot)) == SlotWord.Published(cursor)) // E1
        {
            TMemory.Read(slot + SlotLayout.WordSize, out message);
            if (IsWhole(cursor)) // B1
            {
                MoveTo(cursor + 1); // B2
                if (LineOwner<T, TMemory>.IsDue(_view, cursor)) OwnTaken(cursor);
                Leave();
                return RingStatus.Done;
            }
        }

        return TryDequeueAgain(out message);
    }

    /// <summary>The slow way: the cursor was overtaken, or its position holds a tombstone or nothing. Precondition: entered.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private RingStatus TryDequeueAgain(out T message)
    {
        Unsafe.SkipInit(out message);
        RingStatus status = TryGather(new Span<T>(ref message), out int taken);
        if (taken == 0) message = default; // a copy that was overtaken may be torn
        return status;
    }

    /// <summary>Takes as many messages as are there and fit.</summary>
    /// <param name="destination">Where they go.</param>
    /// <param name="taken">How many.</param>
    /// <param name="hasSome">The caller has some already: nothing is asked of the system, which can fail and would cost those.</param>
    public RingStatus TryDequeue(Span<T> destination, out int taken, bool hasSome = false)
    {
        taken = 0;
        RingStatus status = EnterEither();
        return status == RingStatus.Done ? TryGather(destination, out taken, hasSome) : status;
    }

    /// <summary>Precondition: entered. Leaves.</summary>
    private RingStatus TryGather(Span<T> destination, out int taken, bool hasSome = false)
    {
        taken = 0;
        RingStatus status = RingStatus.Done;
        try
        {
            while (taken < destination.Length && status == RingStatus.Done)
            {
                long cursor = _side.Next;
                int run = CopyRun(cursor, destination[taken..]);
                if (run > 0 && IsWhole(cursor)) // B1: if the first was not overwritten, none was
                {
                    MoveTo(cursor + run); // B2
                    OwnTaken(cursor, run);
                    taken += run;
                }
                else
                {
                    status = LookInto(cursor, mayAsk: taken == 0 && !hasSome);
                }
            }
        }
        finally
        {
            LeaveInAnyCase();
        }

        return taken > 0 ? RingStatus.Done : status;
    }

    /// <summary>Copies the messages of published positions from the cursor on, up to the first that is not.</summary>
    private int CopyRun(long cursor, Span<T> destination)
    {
        int run = 0;
        long visible = _side.Visible.From<TMemory>(cursor);
        for (; run < destination.Length && run < visible; run++)
        {
            byte* slot = Slot(cursor + run);
            if (TMemory.LoadAcquire(ref Word(slot)) != SlotWord.Published(cursor + run)) break; // E1
            TMemory.Read(slot + SlotLayout.WordSize, out destination[run]);
        }

        return run;
    }

    /// <summary>Takes as many messages as are there, match and fit, and passes over those that do not match.</summary>
    /// <remarks>
    /// The predicate sees the message in its slot. A producer that displaces may overwrite it meanwhile; then its answer, and the copy,
    /// are thrown away. What it throws goes to the caller, and its message stays the next; where others were taken before it, they go to
    /// the caller, and it is thrown by the next call, which asks again.
    /// One call passes over a lap at most, or it would not end while others send what does not match. Blocked: none matched so far.
    /// </remarks>
    public RingStatus TryDequeue(MessagePredicate<T> predicate, Span<T> destination, out int taken)
    {
        taken = 0;
        RingStatus status = EnterEither();
        if (status != RingStatus.Done) return status;
        try
        {
            long end = _side.Next + _view.Capacity;
            while (taken < destination.Length && status == RingStatus.Done && _side.Next < end)
            {
                long cursor = _side.Next;
                byte* slot = Slot(cursor);
                if (TMemory.LoadAcquire(ref Word(slot)) != SlotWord.Published(cursor) || !IsVisible(cursor)) // E1
                {
                    status = LookInto(cursor);
                    continue;
                }

                bool matches = predicate(in *(T*)(slot + SlotLayout.WordSize));
                if (matches) TMemory.Read(slot + SlotLayout.WordSize, out destination[taken]);
                if (!IsWhole(cursor)) // B1
                {
                    status = LookInto(cursor);
                    continue;
                }

                MoveTo(cursor + 1); // B2
                if (matches) taken++;
            }
        }
        catch when (taken > 0)
        {
            return RingStatus.Done;
        }
        finally
        {
            LeaveInAnyCase();
        }

        if (taken > 0) return RingStatus.Done;
        return status == RingStatus.Done ? RingStatus.Blocked : status;
    }

    /// <summary>Finds the published messages from the cursor on, to be read in their slots; takes nothing.</summary>
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
                first = _side.Next;
                long visible = _side.Visible.From<TMemory>(first);
                // E1
                while (count < most && count < visible
                    && TMemory.LoadAcquire(ref Word(Slot(first + count))) == SlotWord.Published(first + count)) count++;
                if (count > 0) return RingStatus.Done;
                status = LookInto(first);
            }
        }
        finally
        {
            LeaveInAnyCase();
        }

        return status;
    }

    /// <summary>
    /// Takes what <see cref="TryRead"/> found. Blocked: it was overwritten meanwhile, so what was read does not count, and is missed.
    /// Taken: another call has taken it already.
    /// </summary>
    public RingStatus TryRelease(long first, int count)
    {
        RingStatus status = EnterEither();
        if (status != RingStatus.Done) return status;
        if (_side.Next != first) status = RingStatus.Taken;
        else if (!IsWhole(first)) status = RingStatus.Blocked; // B1
        else MoveTo(first + count); // B2
        Leave();
        return status;
    }

    /// <summary>
    /// What is in the way at the cursor: nothing (there is no message yet), a live claim, the queue's end, or a dead claim, which is
    /// resolved here if this has lasted. For who is about to park; who polls comes to it by <see cref="LookInto"/>.
    /// </summary>
    public RingStatus Investigate()
    {
        RingStatus status = EnterEither();
        if (status != RingStatus.Done) return status;
        try
        {
            return InvestigateCursor(_side.Next, _side.HeldUp.IsLongNow<TMemory>(_side.Next));
        }
        finally
        {
            LeaveInAnyCase();
        }
    }
}

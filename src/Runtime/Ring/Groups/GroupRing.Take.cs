using System.Runtime.CompilerServices;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Ring.Groups;

/// <content>Taking: messages that were given back come first, then those that nobody has had.</content>
internal sealed unsafe partial class GroupRing<TMemory>
    where TMemory : struct, IMemory
{
    /// <summary>
    /// Takes messages with an entry, which says which: one that was given back, or as many new ones as are there. Wakes nobody.
    /// </summary>
    /// <param name="entry">A free entry of the calling thread.</param>
    /// <param name="most">The most messages, from 1 to <see cref="LeaseEntry.MostMessages"/>.</param>
    public RingStatus TryTake(LeaseEntry entry, int most) => TryTakeAtOnce(entry, most) ? RingStatus.Done : TakeSlowly(entry, most);

    /// <summary>
    /// As <see cref="TryTake"/>, if new messages are there and it is not time to look for anything else. Nothing here can throw. False: see
    /// what <see cref="TryTake"/> says.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTakeAtOnce(LeaseEntry entry, int most)
    {
        TMemory.StoreMark(ref entry.Calling, 1); // D1
        bool isTaken = false;
        if (TMemory.LoadMark(ref _side.Closed) == 0)
        {
            long now = TMemory.Milliseconds;
            long next = TMemory.LoadAcquire(ref _record->Next);
            isTaken = TMemory.LoadAcquire(ref _record->Returns) == _side.SeenReturns && now - _side.ExaminedAt < ExaminesEvery
                && TryTakeNew(entry, next, most, now);
        }

        Leave(entry);
        return isTaken;
    }

    /// <summary>
    /// Whether there is a message to take. Takes nothing. Whoever waits for one and does not take itself, because it is another call that
    /// does, must not be woken by what others have taken long ago, so this looks for what was given back.
    /// </summary>
    public RingStatus Find()
    {
        while (true)
        {
            if (IsClosed) return RingStatus.Closed;
            if (HoldsVisible()) return RingStatus.Done;
            RingStatus status = LookInto(TMemory.LoadAcquire(ref _record->Next));
            if (status != RingStatus.Done) return status;
        }
    }

    /// <summary>From here on nothing is taken. A call that is taking has shown its mark, once all threads were fenced (D1).</summary>
    public void Close() => TMemory.StoreMark(ref _side.Closed, ConsumerSide.Left);

    /// <summary>
    /// What holds a caller up that is about to park: nothing (there is no message yet), messages in the hands of others, the queue's end,
    /// or somebody who died. Done: look again.
    /// </summary>
    public RingStatus Investigate()
    {
        if (IsClosed) return RingStatus.Closed;
        RingStatus status = Examine(TMemory.Milliseconds);
        if (status != RingStatus.Blocked) return status;
        long next = TMemory.LoadAcquire(ref _record->Next);
        return InvestigateNext(next, _side.HeldUp.IsLongNow<TMemory>(next));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Leave(LeaseEntry entry)
    {
        TMemory.StoreMark(ref entry.Calling, 0); // D1
        GC.KeepAlive(this);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TryTakeNew(LeaseEntry entry, long next, int most, long now)
    {
        int run = 0;
        while (run < most && TMemory.LoadAcquire(ref Word(next + run)) == SlotWord.Published(next + run)) run++; // E1
        if (run == 0) return false;
        Announce(entry, next, run, 1, now); // G1
        if (TMemory.CompareAndSwap(ref _record->Next, next, next + run))
        {
            entry.Begin(next, run, 1);
            return true;
        }

        Withdraw(entry);
        return false;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private RingStatus TakeSlowly(LeaseEntry entry, int most)
    {
        TMemory.StoreMark(ref entry.Calling, 1); // D1
        try
        {
            bool examines = true;
            while (true)
            {
                if (IsClosed) return RingStatus.Closed;
                long now = TMemory.Milliseconds;
                // Once a call: those who fail to say who lives must not keep a caller from what is there.
                if (examines && now - _side.ExaminedAt >= ExaminesEvery && Examine(now) == RingStatus.Corrupt) return RingStatus.Corrupt;
                examines = false;
                if (TryTakeReturned(entry, now, out bool isHeldBack)) return RingStatus.Done;
                long next = TMemory.LoadAcquire(ref _record->Next);
                int visible = (int)Math.Min(_side.Visible.From<TMemory>(next), most);
                if (TryTakeNew(entry, next, visible, now)) return RingStatus.Done;
                RingStatus status = LookInto(next);
                if (status == RingStatus.Blocked && isHeldBack) _peers.OnUncommitted(next);
                if (status != RingStatus.Done) return status;
            }
        }
        finally
        {
            Steps.Repairs("group: mark");
            Leave(entry);
        }
    }

    /// <summary>Whether there is a message that may be seen. Takes nothing.</summary>
    private bool HoldsVisible()
    {
        long next = Position;
        return (IsPublished(next) && _side.Visible.Covers<TMemory>(next)) || AnyReturned(next, isVisible: true);
    }

    /// <summary>Whether a message was given back that may be seen, or one that may not.</summary>
    private bool AnyReturned(long next, bool isVisible)
    {
        long returns = TMemory.LoadAcquire(ref _record->Returns); // G3: before the words
        if (returns == Volatile.Read(ref _side.SeenReturns)) return false;
        long cursor = TMemory.LoadAcquire(ref _record->Cursor);
        if ((ulong)(next - cursor) > (ulong)_view.Capacity) return false;
        long end = Math.Clamp(_side.Visible.End<TMemory>(), cursor, next);
        for (long position = isVisible ? cursor : end; position < (isVisible ? end : next); position++)
        {
            LedgerWord word = new(TMemory.LoadAcquire(ref _groups.Ledger(_group, position)));
            if (word.Lap == _groups.Lap(position) && word.IsReturned) return true;
        }

        // As a take that finds none: nobody looks again before another comes back.
        if (isVisible && end == next) _side.SeenReturns = returns;
        return false;
    }

    /// <summary>Takes the oldest message that was given back, if there may be one.</summary>
    /// <param name="entry">A free entry of the calling thread.</param>
    /// <param name="now">The time.</param>
    /// <param name="isHeldBack">Whether there is one that is not committed yet, which a consumer that saw it earlier has given
    /// back.</param>
    private bool TryTakeReturned(LeaseEntry entry, long now, out bool isHeldBack)
    {
        isHeldBack = false;
        long returns = TMemory.LoadAcquire(ref _record->Returns); // G3: before the words
        if (returns == _side.SeenReturns) return false;
        long cursor = TMemory.LoadAcquire(ref _record->Cursor);
        long next = TMemory.LoadAcquire(ref _record->Next);
        if ((ulong)(next - cursor) > (ulong)_view.Capacity) return false;
        for (long position = cursor; position < next; position++)
        {
            long lap = _groups.Lap(position);
            LedgerWord word = new(TMemory.LoadAcquire(ref _groups.Ledger(_group, position)));
            if (word.Lap != lap || !word.IsReturned) continue;
            if (!_side.Visible.Covers<TMemory>(position))
            {
                isHeldBack = true;
                break; // and so are those behind it
            }

            int delivery = LedgerWord.After(word.Delivery);
            Announce(entry, position, 1, delivery, now); // G1
            if (TMemory.CompareAndSwap(ref _groups.Ledger(_group, position), word.Word, LedgerWord.Leased(lap, delivery).Word))
            {
                entry.Begin(position, 1, delivery);
                return true;
            }

            Withdraw(entry);
        }

        if (!isHeldBack) _side.SeenReturns = returns;
        return false;
    }

    /// <summary>
    /// There is no message at the next position. Done: it was passed, or there is one now; look again. Tail is left alone until this has
    /// lasted, as by a subscription.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private RingStatus LookInto(long next)
    {
        long word = TMemory.LoadAcquire(ref Word(next));
        if (TMemory.LoadAcquire(ref _record->Next) != next) return RingStatus.Done;
        if (word == SlotWord.Published(next)) return LookIntoCommit(next);
        if (word == SlotWord.Tombstone(next))
        {
            if (TMemory.CompareAndSwap(ref _record->Next, next, next + 1)) _peers.OnTombstone();
            return RingStatus.Done;
        }

        if (IsClosed) return RingStatus.Closed;
        if (SlotWord.Position(word) > next) return InvestigateNext(next, asks: false);
        if (!_side.HeldUp.IsLong<TMemory>(next)) return RingStatus.Blocked;
        RingStatus status = Examine(TMemory.Milliseconds);
        return status == RingStatus.Blocked ? InvestigateNext(next, asks: true) : status;
    }

    /// <summary>There is a message, which a power failure could take back until it is committed. Done: it is by now.</summary>
    private RingStatus LookIntoCommit(long next)
    {
        if (_side.Visible.Covers<TMemory>(next)) return RingStatus.Done;
        if (IsClosed) return RingStatus.Closed;
        // Who waits sees to it by itself. Who polls does when nobody else did for long.
        if (_side.HeldUp.IsLong<TMemory>(next)) _peers.OnUncommitted(next + 1);
        return RingStatus.Blocked;
    }

    private RingStatus InvestigateNext(long next, bool asks)
    {
        RingStatus status =
            Recovery.Investigate<TMemory>(_view, _peers, Slot(next), next, isHead: false, _oneProducer, asks, ref _side.HeldUp);
        // Others may have moved it, and the slot may be a later position's by now.
        if (status == RingStatus.Corrupt && TMemory.LoadAcquire(ref _record->Next) != next) return RingStatus.Done;
        // Head never passes what a group has not finished. Whoever looked again would find the same.
        if (status == RingStatus.Done && TMemory.LoadAcquire(ref _view.Head) > next && TMemory.LoadAcquire(ref _record->Next) == next)
            status = RingStatus.Corrupt;
        if (status == RingStatus.Corrupt && IsClosed) return RingStatus.Closed;
        // Somebody may give a message back until all are settled.
        if (status == RingStatus.Completed && !IsCompleted()) return RingStatus.Blocked;
        GC.KeepAlive(this);
        return status;
    }
}

using System.Runtime.CompilerServices;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Ring.Groups;

/// <content>Taking back what the dead held, and what was held for too long.</content>
internal sealed unsafe partial class GroupRing<TMemory>
    where TMemory : struct, IMemory
{
    private const int PositionsAtOnce = 64;

    /// <summary>
    /// Gives the messages of dead members, and those whose time is over, to whoever takes next. Done: there are some. Blocked: there are
    /// none. Corrupt: cursor and next are impossible.
    /// </summary>
    /// <remarks>
    /// The order of the looks is the proof, as with claims (<see cref="Recovery"/>). Next first: what lies below it was taken, and
    /// announced before (G1). Then the words, and the cursor again. Then the entries: if one covered the position when its word was read,
    /// and is gone now, the word has changed before (G2), and the swap from the word that was read fails. The delivery's number in the word
    /// keeps the swap off a later lease of the same position, and the number in the entry keeps an entry from covering a later delivery.
    /// </remarks>
    public RingStatus Examine(long now)
    {
        _side.ExaminedAt = now;
        if (!TryReadRange(out long cursor, out long next))
            return IsClosed ? RingStatus.Closed : RingStatus.Corrupt;
        Span<Held> held = stackalloc Held[PositionsAtOnce];
        bool anyReturned = false;
        int count = 0;
        for (long position = cursor; position < next; position++)
        {
            long lap = _groups.Lap(position);
            LedgerWord word = new(TMemory.LoadAcquire(ref _groups.Ledger(_group, position))); // G2, as seen before the entries
            bool isFirst = word.IsBefore(lap);
            bool isOfLap = !isFirst && word.Lap == lap;
            anyReturned |= isOfLap && word.IsReturned;
            // A later lap's word: this was settled long ago.
            if (!isFirst && !(isOfLap && word.IsLeased)) continue;
            if (isFirst && TMemory.LoadAcquire(ref Word(position)) == SlotWord.Tombstone(position)) continue;
            held[count++] = new Held(position, word.Word, isFirst ? 1 : word.Delivery);
            if (count < PositionsAtOnce) continue;
            anyReturned |= TakeBack(held, now);
            count = 0;
        }

        if (count > 0) anyReturned |= TakeBack(held[..count], now);
        // Whoever returned one of them may have died before it raised the count: look for them, whatever that says.
        // Not by a fixed value, which somebody could write there: then nobody would look, and everybody would be told to.
        if (anyReturned) _side.SeenReturns = ~TMemory.LoadAcquire(ref _record->Returns);
        GC.KeepAlive(this);
        return anyReturned ? RingStatus.Done : RingStatus.Blocked;
    }

    /// <summary>
    /// What was handed out and may not be settled: positions from the cursor to next. Next is read first. A cursor that is read later can
    /// only be further on, and however late this is, the two are never more than a lap apart. False: they are impossible.
    /// </summary>
    private bool TryReadRange(out long cursor, out long next)
    {
        do
        {
            next = TMemory.LoadAcquire(ref _record->Next); // G1
            cursor = GroupCursor.Advance<TMemory>(_view, _groups, _group, _stride);
            if (cursor < _view.Capacity || next - cursor > _view.Capacity) return false;
            // The cursor has come past where next was: next has moved, and there may be more to look at.
        }
        while (cursor > next && TMemory.LoadAcquire(ref _record->Next) >= cursor);

        return cursor <= next;
    }

    /// <summary>Takes back those that no live entry covers.</summary>
    private bool TakeBack(Span<Held> held, long now)
    {
        // What the cursor has passed meanwhile is settled, and its word may be that of the next position in the slot. The words of the rest
        // were read while the cursor was not past them, so they are theirs, and they have no tombstone.
        long cursor = TMemory.LoadAcquire(ref _record->Cursor);
        MarkCovered(held, now);
        int returned = 0;
        foreach (ref readonly Held one in held)
        {
            if (one.IsCovered || one.Position < cursor) continue;
            LedgerWord back = LedgerWord.Returned(_groups.Lap(one.Position), one.Delivery);
            if (one.Word != 0 && TMemory.CompareAndSwap(ref _groups.Ledger(_group, one.Position), one.Word, back.Word)) returned++;
        }

        if (returned == 0) return false;
        TMemory.Add(ref _record->Returns, returned); // G3: after the words
        TMemory.Add(ref _record->TakenBack, returned);
        _peers.OnReturned(returned);
        return true;
    }

    private void MarkCovered(Span<Held> held, long now)
    {
        int used = (int)Math.Clamp(TMemory.LoadAcquire(ref _groups.UsedLeases), 0, _groups.LeaseCount);
        long known = 0;
        bool lives = false;
        for (int i = 0; i < used; i++)
        {
            LeaseRecord* entry = _groups.Leases + i;
            long first = TMemory.LoadAcquire(ref entry->First);
            if (first == 0 || TMemory.LoadAcquire(ref entry->Group) != _group) continue;
            long count = TMemory.LoadAcquire(ref entry->Count);
            long delivery = TMemory.LoadAcquire(ref entry->Deliveries);
            long deadline = TMemory.LoadAcquire(ref entry->Deadline);
            if (deadline != 0 && now >= deadline) continue;
            long owner = TMemory.LoadAcquire(ref entry->Owner);
            bool covers = false;
            foreach (ref Held one in held)
            {
                if (one.IsCovered || one.Delivery != delivery || one.Position < first || one.Position - first >= count) continue;
                if (!covers)
                {
                    // One question for the entries of one handle, which often lie side by side.
                    Steps.CanThrow("lease: holder asked for");
                    if (owner != known) (known, lives) = (owner, owner != 0 && _peers.IsAlive(owner));
                    if (!lives) break;
                    covers = true;
                }

                one.IsCovered = true;
            }
        }
    }

    /// <summary>A position that was handed out and is not settled, as its word was seen.</summary>
    private record struct Held(long Position, long Word, int Delivery)
    {
        public bool IsCovered { get; set; }
    }
}

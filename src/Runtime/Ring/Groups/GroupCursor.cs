using TypedShmQueue.Layout;

namespace TypedShmQueue.Ring.Groups;

/// <summary>
/// How a group's cursor follows its ledger: whoever needs it moves it over what is finished. So an acknowledgement writes one word, and no
/// word that all workers share.
/// </summary>
internal static unsafe class GroupCursor
{
    private const long MostPositionsToMove = 128;

    /// <summary>Positions between two moves of the cursor by members, a power of two: an eighth of a small ring.</summary>
    public static long PositionsToMove(long capacity) => Math.Clamp(capacity / 8, 1, MostPositionsToMove);

    /// <summary>Moves the cursor over finished positions, and returns it. G4: what lies below it has been read.</summary>
    /// <param name="ring">The ring.</param>
    /// <param name="groups">Its groups.</param>
    /// <param name="group">Which.</param>
    /// <param name="stride">Bytes from slot to slot.</param>
    public static long Advance<TMemory>(in RingView ring, in GroupsView groups, int group, int stride)
        where TMemory : struct, IMemory
    {
        GroupRecord* record = groups.Records + group;
        long cursor = TMemory.LoadAcquire(ref record->Cursor);
        long next = TMemory.LoadAcquire(ref record->Next);
        // No run of the protocol leads to more; a cursor that does not move holds producers back, and nothing is overwritten.
        if ((ulong)(next - cursor) > (ulong)ring.Capacity) return cursor;
        long position = cursor;
        while (position < next && IsFinished<TMemory>(ring, groups, group, stride, position)) position++;
        // Never beyond the cursor that others see: a producer overwrites what lies below, and who came later could not walk over it.
        while (cursor < position && !TMemory.CompareAndSwap(ref record->Cursor, cursor, position))
            cursor = TMemory.LoadAcquire(ref record->Cursor);
        return Math.Max(cursor, position);
    }

    /// <summary>Messages that are not finished: those sent and not handed out, and those handed out and not settled.</summary>
    public static long CountUnfinished<TMemory>(in RingView ring, in GroupsView groups, int group, int stride, long tail)
        where TMemory : struct, IMemory
    {
        long cursor = Advance<TMemory>(ring, groups, group, stride);
        long next = TMemory.LoadAcquire(ref groups.Records[group].Next);
        long unfinished = Math.Max(0, tail - cursor);
        if ((ulong)(next - cursor) > (ulong)ring.Capacity) return unfinished;
        for (long position = cursor; position < next; position++)
        {
            if (IsFinished<TMemory>(ring, groups, group, stride, position)) unfinished--;
        }

        return Math.Max(0, unfinished);
    }

    private static bool IsFinished<TMemory>(in RingView ring, in GroupsView groups, int group, int stride, long position)
        where TMemory : struct, IMemory
    {
        LedgerWord word = new(TMemory.LoadAcquire(ref groups.Ledger(group, position))); // G4
        if (word.Lap == groups.Lap(position)) return word.IsDone;
        return TMemory.LoadAcquire(ref *(long*)(ring.Slots + ((position & ring.Mask) * stride))) == SlotWord.Tombstone(position);
    }
}

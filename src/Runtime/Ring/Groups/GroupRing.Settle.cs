using System.Runtime.CompilerServices;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Ring.Groups;

/// <content>Settling: each message is acknowledged or given back, once, by any thread of the member.</content>
internal sealed unsafe partial class GroupRing<TMemory>
    where TMemory : struct, IMemory
{
    /// <summary>Counts a message that was sent to a dead-letter queue.</summary>
    public void CountDeadLetter()
    {
        TMemory.Add(ref _record->DeadLettered, 1);
        GC.KeepAlive(this);
    }

    /// <summary>
    /// Whether a message is still this member's, and so what was read of it before this call is whole: a producer overwrites a slot only
    /// after the word says that it is done (G4). False: others took it back, or the memory is gone.
    /// </summary>
    public bool IsHeld(LeaseEntry entry, int index)
    {
        TMemory.LoadFence(); // G4: the message was read before the word
        long position = entry.First + index;
        bool isHeld = IsHeld(entry, _groups.Lap(position), new(TMemory.LoadAcquire(ref _groups.Ledger(_group, position))));
        GC.KeepAlive(this);
        return isHeld;
    }

    /// <summary>
    /// Writes what became of a message: it is done, so nobody gets it again; or it is for others, and comes before new ones. Wakes nobody.
    /// Precondition: the caller has closed it in its entry.
    /// </summary>
    /// <param name="entry">With which it was taken.</param>
    /// <param name="index">Which of the messages that were taken with it.</param>
    /// <param name="done">Whether it is done.</param>
    /// <param name="isFree">Whether the entry is free from here on.</param>
    /// <returns>Blocked: others took it back meanwhile, since its time was over. Closed: the memory is gone.</returns>
    public RingStatus Settle(LeaseEntry entry, int index, bool done, out bool isFree)
    {
        bool isHeld = TrySettle(entry, index, done);
        if (isHeld && !done)
        {
            TMemory.Add(ref _record->Returns, 1); // G3: after the word
            TMemory.Add(ref _record->GivenBack, 1);
        }

        isFree = Leaves(entry, 1, done);
        GC.KeepAlive(this);
        if (isHeld) return RingStatus.Done;
        return IsClosed ? RingStatus.Closed : RingStatus.Blocked;
    }

    /// <summary>As <see cref="Settle"/>, for messages that are done and lie side by side.</summary>
    /// <param name="entry">With which they were taken.</param>
    /// <param name="index">Which is the first of the messages that were taken with it.</param>
    /// <param name="count">How many.</param>
    /// <param name="settled">How many of them others had not taken back.</param>
    /// <param name="isFree">Whether the entry is free from here on.</param>
    /// <returns>Blocked: others took some of them back meanwhile. Closed: the memory is gone.</returns>
    public RingStatus Acknowledge(LeaseEntry entry, int index, int count, out int settled, out bool isFree)
    {
        settled = 0;
        for (int i = index; i < index + count; i++)
        {
            if (TrySettle(entry, i, done: true)) settled++;
        }

        isFree = Leaves(entry, count, done: true);
        GC.KeepAlive(this);
        if (settled == count) return RingStatus.Done;
        return IsClosed ? RingStatus.Closed : RingStatus.Blocked;
    }

    /// <summary>Writes a message's word. False: others took it back, or the memory is gone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool TrySettle(LeaseEntry entry, int index, bool done)
    {
        // Until this message has left the entry nobody takes anything else with it.
        long position = entry.First + index;
        int delivery = entry.Delivery;
        long lap = _groups.Lap(position);
        ref long word = ref _groups.Ledger(_group, position);
        LedgerWord seen = new(TMemory.LoadAcquire(ref word));
        LedgerWord settled = done ? LedgerWord.Done(lap, delivery) : LedgerWord.Returned(lap, delivery);
        return IsHeld(entry, lap, seen) && TMemory.CompareAndSwap(ref word, seen.Word, settled.Word); // G2, G4
    }

    /// <summary>A first delivery leaves the word as it was, one of an earlier lap. 0 is no word: the memory is gone.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsHeld(LeaseEntry entry, long lap, LedgerWord seen) =>
        entry.Delivery == 1 && seen.IsBefore(lap) ? seen.Word != 0 : seen == LedgerWord.Leased(lap, entry.Delivery);

    /// <summary>So many messages are settled. Whether the entry is free from here on.</summary>
    private bool Leaves(LeaseEntry entry, int messages, bool done)
    {
        if (!entry.AreLast(messages)) return false;
        if (done && IsTimeToMove(entry)) _ = GroupCursor.Advance<TMemory>(_view, _groups, _group, _stride); // G4
        Withdraw(entry); // G2
        TMemory.StoreMark(ref entry.Busy, 0);
        return true;
    }

    /// <summary>
    /// Now and then a member moves the cursor, for the producers: it has the ledger's lines, which they would have to take from it.
    /// </summary>
    private bool IsTimeToMove(LeaseEntry entry) =>
        ((entry.First ^ (entry.First + entry.Count)) & -GroupCursor.PositionsToMove(_view.Capacity)) != 0;
}

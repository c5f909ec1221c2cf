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
        // Until this message has left the entry nobody takes anything else with it.
        long position = entry.First + index;
        int delivery = entry.Delivery;
        long lap = _groups.Lap(position);
        ref long word = ref _groups.Ledger(_group, position);
        LedgerWord seen = new(TMemory.LoadAcquire(ref word));
        // A first delivery leaves the word as it was, one of an earlier lap. 0 is no word: the memory is gone.
        bool isHeld = delivery == 1 && seen.IsBefore(lap) ? seen.Word != 0 : seen == LedgerWord.Leased(lap, delivery);
        LedgerWord settled = done ? LedgerWord.Done(lap, delivery) : LedgerWord.Returned(lap, delivery);
        isHeld = isHeld && TMemory.CompareAndSwap(ref word, seen.Word, settled.Word); // G2, G4
        if (isHeld && !done)
        {
            TMemory.Add(ref _record->Returns, 1); // G3: after the word
            TMemory.Add(ref _record->GivenBack, 1);
        }

        isFree = entry.IsLast();
        if (isFree)
        {
            Withdraw(entry); // G2
            TMemory.StoreMark(ref entry.Busy, 0);
        }

        GC.KeepAlive(this);
        if (isHeld) return RingStatus.Done;
        return TMemory.LoadMark(ref _side.Closed) != 0 ? RingStatus.Closed : RingStatus.Blocked;
    }
}

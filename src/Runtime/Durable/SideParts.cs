using System.Runtime.InteropServices;
using TypedShmQueue.Layout;
using TypedShmQueue.Ring;
using TypedShmQueue.Ring.Broadcast;

namespace TypedShmQueue.Durable;

/// <summary>What the side state begins with.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SideHeader
{
    public int Subscriptions;
    public int Groups;
}

/// <summary>A named subscription, or zeros in place of one that ended while this was written.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct SubscriptionPart
{
    public long Index;
    public long State;
    public long Cursor;
    public long Missed;
    public long HoldMilliseconds;
    public long CreatedUnixMilliseconds;
    public ShmText64 Name;

    /// <summary>An entry as it is. Zeros if it holds no named subscription any more.</summary>
    public static SubscriptionPart Of<TMemory>(int index, ref SubscriptionRecord record) where TMemory : struct, IMemory
    {
        while (true)
        {
            long state = TMemory.LoadAcquire(ref record.State);
            if (!new SubscriptionState(state).IsNamed) return default;
            long cursor = TMemory.LoadAcquire(ref record.Cursor);
            SubscriptionPart part = new()
            {
                Index = index,
                State = state,
                Cursor = cursor,
                Missed = TMemory.LoadAcquire(ref TallyAt(ref record, cursor).Missed),
                HoldMilliseconds = TMemory.LoadAcquire(ref record.HoldMilliseconds),
                CreatedUnixMilliseconds = record.CreatedUnixMilliseconds,
                Name = record.Name,
            };
            TMemory.LoadFence();
            // Otherwise the entry may be another's by now, and this a mixture of both. A state has a number of its own each time.
            if (TMemory.LoadAcquire(ref record.State) == state) return part;
        }
    }

    /// <summary>Fills an entry: the subscription is absent, from now on. False: no queue has such a one.</summary>
    public readonly unsafe bool TryRestore(RingParts parts)
    {
        if (State == 0) return true;
        if (Index < 0 || Index >= parts.Subscriptions.Count || Cursor < parts.Ring.Capacity || Missed < 0
            || !SideState.IsOfNamed(State)) return false;
        long limit = parts.Ring.Tail & ~Segment.CompletedBit;
        // What it took and nobody committed is gone.
        long cursor = Math.Min(Cursor, limit);
        ref SubscriptionRecord record = ref parts.Subscriptions.Records[Index];
        record.Name = Name;
        record.CreatedUnixMilliseconds = CreatedUnixMilliseconds;
        record.HoldMilliseconds = HoldMilliseconds;
        record.AbsentSince = Clock.Now(parts.Subscriptions);
        record.FirstTally = new SubscriptionTally { At = cursor, Missed = Missed, Tombstones = TombstonesBelow(parts, cursor) };
        record.SecondTally.At = long.MaxValue;
        record.Cursor = cursor;
        record.Owner = 0;
        record.State = State;
        parts.Subscriptions.Used = Math.Max(parts.Subscriptions.Used, Index + 1);
        // A number is never given twice.
        parts.Subscriptions.Joined = Math.Max(parts.Subscriptions.Joined, SideState.SerialOf(State));
        return true;
    }

    /// <summary>The count begins anew at head: only differences mean anything.</summary>
    private static unsafe long TombstonesBelow(RingParts parts, long cursor)
    {
        long count = 0;
        for (long position = parts.Ring.Head; position < cursor; position++)
        {
            if (*(long*)(parts.Ring.Slots + ((position & parts.Ring.Mask) * parts.Stride)) == SlotWord.Tombstone(position)) count++;
        }

        return count;
    }

    private static ref SubscriptionTally TallyAt(ref SubscriptionRecord record, long cursor)
    {
        bool first = record.FirstTally.At <= cursor, second = record.SecondTally.At <= cursor;
        return ref first && (!second || record.FirstTally.At >= record.SecondTally.At) ? ref record.FirstTally : ref record.SecondTally;
    }
}

/// <summary>A group, or zeros in place of one that ended while this was written. Its runs follow.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GroupPart
{
    public long Index;
    public long State;
    public long Cursor;
    public long Next;
    public long GivenBack;
    public long TakenBack;
    public long DeadLettered;
    public long CreatedUnixMilliseconds;
    public ShmText64 Name;

    /// <summary>An entry as it is, apart from its state, which the caller has loaded before and compares afterwards.</summary>
    public static GroupPart Of<TMemory>(int index, ref GroupRecord record, long state, long cursor, long next)
        where TMemory : struct, IMemory => new()
    {
        Index = index,
        State = state,
        Cursor = cursor,
        Next = next,
        GivenBack = TMemory.LoadAcquire(ref record.GivenBack),
        TakenBack = TMemory.LoadAcquire(ref record.TakenBack),
        DeadLettered = TMemory.LoadAcquire(ref record.DeadLettered),
        CreatedUnixMilliseconds = record.CreatedUnixMilliseconds,
        Name = record.Name,
    };

    /// <summary>Fills an entry and its ledger, before any run. False: no queue has such a group.</summary>
    public readonly unsafe bool TryRestore(RingParts parts)
    {
        if (Index < 0 || Index >= parts.Groups.Count || Cursor < parts.Ring.Capacity || Next < Cursor || Next - Cursor > parts.Ring.Capacity
            || !SideState.IsOfNamed(State)) return false;
        long limit = parts.Ring.Tail & ~Segment.CompletedBit;
        ref GroupRecord record = ref parts.Groups.Records[Index];
        record.Cursor = Math.Clamp(Cursor, parts.Ring.Head, limit);
        record.Next = Math.Clamp(Next, record.Cursor, limit);
        long before = LedgerWord.BeforeLap(parts.Groups.Lap(record.Cursor)).Word;
        for (long i = 0; i < parts.Ring.Capacity; i++) parts.Groups.Ledger((int)Index, i) = before;
        record.GivenBack = GivenBack;
        record.TakenBack = TakenBack;
        record.DeadLettered = DeadLettered;
        record.CreatedUnixMilliseconds = CreatedUnixMilliseconds;
        record.Name = Name;
        record.Owner = 0;
        record.State = State;
        // All that was leased is to be looked for.
        record.Returns = 1;
        parts.Groups.Used = Math.Max(parts.Groups.Used, Index + 1);
        parts.Groups.Joined = Math.Max(parts.Groups.Joined, SideState.SerialOf(State));
        return true;
    }
}

/// <summary>Positions side by side of which the same became.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GroupRun
{
    public int Count;

    /// <summary>How often they were delivered.</summary>
    public short Deliveries;

    /// <summary>1 if they are done. Otherwise they are nobody's after a power failure, and come again.</summary>
    public short IsDone;

    /// <summary>What a position's word says, where it is handed out.</summary>
    public static GroupRun Of(LedgerWord word, long lap) => word.IsBefore(lap)
        ? new GroupRun { Count = 1, Deliveries = 1 }
        // A later lap's word: the position was finished meanwhile.
        : new GroupRun { Count = 1, Deliveries = (short)word.Delivery, IsDone = (short)(word.IsDone || word.Lap != lap ? 1 : 0) };

    /// <summary>Whether a run can say that.</summary>
    public readonly bool IsPossible => Count > 0 && Deliveries is >= 0 and <= LedgerWord.LastDelivery && IsDone is 0 or 1;

    public readonly bool Continues(in GroupRun next) => Deliveries == next.Deliveries && IsDone == next.IsDone;

    public readonly LedgerWord Word(long lap) => IsDone != 0 ? LedgerWord.Done(lap, Deliveries) : LedgerWord.Returned(lap, Deliveries);
}

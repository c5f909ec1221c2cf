using System.Globalization;
using System.Runtime.CompilerServices;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Stepper.Tests.Stepping;

/// <summary>Names for the words of the ring that this thread's run is about.</summary>
internal static unsafe class Chart
{
    private const int FirstOffset = 8;

    public static bool IsIdleLane(ref long word)
    {
        if (Scheduler.Current?.Board is not { } board) return false;
        long lane = LaneOf(board, ref word);
        return lane >= board.LanesInUse && lane < board.View.LaneCount;
    }

    public static bool IsSlotWord(ref long word) =>
        Scheduler.Current?.Board is { } board && SlotOf(board, ref word) is >= 0 and var slot && slot < board.View.Capacity;

    public static string NameOf(ref long word)
    {
        if (Scheduler.Current?.Board is not { } board) return "a word";
        RingView view = board.View;
        if (Unsafe.AreSame(ref word, ref view.Tail)) return "tail";
        if (Unsafe.AreSame(ref word, ref view.Head)) return "head";
        if (Unsafe.AreSame(ref word, ref view.Floor)) return "floor";
        if (board.Subscriptions.Count > 0 && SubscriptionWord(board, ref word) is { } subscriptionWord) return subscriptionWord;
        if (board.Groups.Count > 0 && GroupWord(board, ref word) is { } groupWord) return groupWord;
        long lane = LaneOf(board, ref word);
        if (lane >= 0 && lane < view.LaneCount)
        {
            string field = (((byte*)Unsafe.AsPointer(ref word) - (byte*)view.Lanes) % sizeof(Lane)) switch { 0 => "owner", 8 =>
                "first", _ => "count" };
            return string.Create(CultureInfo.InvariantCulture, $"lane {lane} {field}");
        }

        long slot = SlotOf(board, ref word);
        return slot >= 0 && slot < view.Capacity ? string.Create(CultureInfo.InvariantCulture, $"slot {slot}") : "a counter";
    }

    /// <summary>Whether it is what a group's ledger says of a position.</summary>
    public static bool IsLedgerWord(ref long word) =>
        Scheduler.Current?.Board is { Groups.Count: > 0 } board && LedgerOf(board, ref word) is >= 0 and var slot
            && slot < board.View.Capacity;

    /// <summary>Whether it is the position that a lease entry begins at.</summary>
    public static bool IsFirstOfLease(ref long word) =>
        Scheduler.Current?.Board is { Groups.Count: > 0 } board && LeaseOffset(board, ref word) is >= 0 and var offset
            && offset < (long)board.Groups.LeaseCount * sizeof(LeaseRecord) && offset % sizeof(LeaseRecord) == FirstOffset;

    public static bool IsNextOfGroup(ref long word) =>
        Scheduler.Current?.Board is { Groups.Count: > 0 } board && Unsafe.AreSame(ref word, ref board.Groups.Records->Next);

    public static bool IsCursorOfGroup(ref long word) =>
        Scheduler.Current?.Board is { Groups.Count: > 0 } board && Unsafe.AreSame(ref word, ref board.Groups.Records->Cursor);

    public static string Show(ref long word, long value)
    {
        if (IsLedgerWord(ref word))
        {
            LedgerWord ledger = new(value);
            string state = ledger.IsDone ? "done" : ledger.IsReturned ? "returned" : ledger.IsLeased ? "leased" : "nothing";
            return string.Create(CultureInfo.InvariantCulture, $"{state} {ledger.Delivery} in lap {ledger.Lap}");
        }

        if (Scheduler.Current?.Board is { } board && SlotOf(board, ref word) is >= 0 and var slot && slot < board.View.Capacity
            && value != 0)
            return string.Create(CultureInfo.InvariantCulture,
                $"{((value & 3) == 2 ? "published" : "tombstone")}({SlotWord.Position(value)})");
        return value < 0
            ? string.Create(CultureInfo.InvariantCulture, $"completed at {value & long.MaxValue}")
            : value.ToString(CultureInfo.InvariantCulture);
    }

    private static string? SubscriptionWord(Board board, ref long word)
    {
        SubscriptionsView subscriptions = board.Subscriptions;
        if (Unsafe.AreSame(ref word, ref subscriptions.Joined)) return "joined";
        if (Unsafe.AreSame(ref word, ref subscriptions.Used)) return "used";
        long offset = (byte*)Unsafe.AsPointer(ref word) - (byte*)subscriptions.Records;
        if (offset < 0 || offset >= (long)subscriptions.Count * SubscriptionRecord.Size) return null;
        string field = (offset % SubscriptionRecord.Size) switch { 0 => "cursor", 128 => "owner", 136 => "state", _ => "tally" };
        return string.Create(CultureInfo.InvariantCulture, $"subscription {offset / SubscriptionRecord.Size} {field}");
    }

    private static string? GroupWord(Board board, ref long word)
    {
        GroupsView groups = board.Groups;
        if (Unsafe.AreSame(ref word, ref groups.Records->Cursor)) return "cursor";
        if (Unsafe.AreSame(ref word, ref groups.Records->Next)) return "next";
        if (Unsafe.AreSame(ref word, ref groups.Records->Returns)) return "returns";
        if (Unsafe.AreSame(ref word, ref groups.Records->State)) return "state";
        if (Unsafe.AreSame(ref word, ref groups.UsedLeases)) return "used leases";
        long slot = LedgerOf(board, ref word);
        if (slot >= 0 && slot < board.View.Capacity) return string.Create(CultureInfo.InvariantCulture, $"ledger {slot}");
        long offset = LeaseOffset(board, ref word);
        if (offset < 0 || offset >= (long)groups.LeaseCount * sizeof(LeaseRecord)) return null;
        string field = (offset % sizeof(LeaseRecord)) switch
        {
            0 => "owner",
            FirstOffset => "first",
            16 => "count",
            24 => "deliveries",
            32 => "group",
            40 => "taken at",
            _ => "deadline",
        };
        return string.Create(CultureInfo.InvariantCulture, $"lease {offset / sizeof(LeaseRecord)} {field}");
    }

    private static long LedgerOf(Board board, ref long word)
    {
        long offset = (byte*)Unsafe.AsPointer(ref word) - (byte*)Unsafe.AsPointer(ref board.Groups.Ledger(0, 0));
        return offset < 0 ? -1 : offset / sizeof(long);
    }

    private static long LeaseOffset(Board board, ref long word) => (byte*)Unsafe.AsPointer(ref word) - (byte*)board.Groups.Leases;

    private static long LaneOf(Board board, ref long word)
    {
        long offset = (byte*)Unsafe.AsPointer(ref word) - (byte*)board.View.Lanes;
        return offset < 0 ? -1 : offset / sizeof(Lane);
    }

    private static long SlotOf(Board board, ref long word)
    {
        long offset = (byte*)Unsafe.AsPointer(ref word) - board.View.Slots;
        return offset < 0 ? -1 : offset / board.Stride;
    }
}

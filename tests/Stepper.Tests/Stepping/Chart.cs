using System.Globalization;
using System.Runtime.CompilerServices;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Stepper.Tests.Stepping;

/// <summary>Names for the words of the ring that this thread's run is about.</summary>
internal static unsafe class Chart
{
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

    public static string Show(ref long word, long value)
    {
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

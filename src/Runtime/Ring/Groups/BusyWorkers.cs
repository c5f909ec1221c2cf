using System.Diagnostics;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Ring.Groups;

/// <summary>
/// Keeps waiting producers away from the ledger's words that the workers of a full ring are writing. A producer that looks at their heel
/// takes the line away for every message, and gets room for one. The workers move the cursor now and then
/// (<see cref="GroupCursor.PositionsToMove"/>), so it looks at that, and only rarely at the ledger. One handle's view; its threads share it
/// without care, and a lost update is a look too many, or one that comes a little later.
/// </summary>
internal unsafe struct BusyWorkers<TMemory>
    where TMemory : struct, IMemory
{
    /// <summary>How long the ledger is left alone: workers that finish fewer messages meanwhile are not disturbed much.</summary>
    private static readonly long s_untilNextLook = Stopwatch.Frequency / 50_000; // 20 us

    private int _group;
    private long _lookedAt;

    /// <summary>This group holds the caller up by its cursor: its ledger is looked at now.</summary>
    public void LookAt(int group)
    {
        _group = group;
        _lookedAt = Stopwatch.GetTimestamp();
    }

    /// <summary>
    /// Whether the cursor of the group that was looked at last is not past head, and it is too early for another look at its ledger.
    /// </summary>
    public readonly bool AreAt(in GroupsView groups, long head) =>
        _lookedAt != 0 && TMemory.LoadAcquire(ref groups.Records[_group].Cursor) <= head
        && Stopwatch.GetTimestamp() - _lookedAt < s_untilNextLook;
}

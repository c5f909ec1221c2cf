using TypedShmQueue.Inspection;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Tool.Diagnosis;

/// <summary>Who claimed a position that has no message.</summary>
/// <param name="Owner">The owner word of the lane whose intent covers the position; 0 if there is none any more.</param>
/// <param name="ProcessId">Its process; 0 if nobody knows it any more.</param>
/// <param name="IsAlive">Whether it lives.</param>
internal readonly record struct Claim(long Owner, int ProcessId, bool IsAlive)
{
    /// <summary>
    /// Finds the claimer by the lanes' intents; a live one stands before a dead one, whose stale intent may cover the same.
    /// </summary>
    public static unsafe Claim On(SegmentReader queue, long position)
    {
        Claim found = default;
        for (int i = 0; i < queue.Ring.LaneCount; i++)
        {
            Lane* lane = queue.Ring.Lanes + i;
            long first = Volatile.Read(ref lane->First);
            if (first == 0 || first > position || position - first >= Volatile.Read(ref lane->Count)) continue;
            long owner = Volatile.Read(ref lane->Owner);
            if (queue.IsAlive(owner)) return new Claim(owner, queue.ProcessIdOf(owner), true);
            found = new Claim(owner, queue.ProcessIdOf(owner), false);
        }

        return found;
    }
}

using TypedShmQueue.Layout;

namespace TypedShmQueue.Queue;

/// <summary>A ring's counts, worked out from its words.</summary>
internal static class RingCounts
{
    /// <summary>Counts at this instant. Head is read first: it only grows, so no difference is negative for lack of order.</summary>
    public static ShmQueueStatistics Of(RingView ring, IReadOnlyList<ShmQueueParticipant> participants)
    {
        long head = Volatile.Read(ref ring.Head);
        long tail = Math.Max(Volatile.Read(ref ring.Tail) & ~Segment.CompletedBit, head);
        long displaced = Volatile.Read(ref ring.Displaced);
        long abandoned = Volatile.Read(ref ring.Abandoned);
        long skipped = Volatile.Read(ref ring.Skipped);
        return new ShmQueueStatistics
        {
            Enqueued = Math.Max(0, tail - ring.Capacity - abandoned),
            Dequeued = Math.Max(0, head - ring.Capacity - displaced - skipped),
            Displaced = displaced,
            Abandoned = abandoned,
            Recovered = Volatile.Read(ref ring.Recovered),
            // Not Sum: it would throw where the counts are corrupt.
            Parked = participants.Aggregate(0L, (sum, p) => unchecked(sum + p.Parked)),
            Participants = participants,
        };
    }
}

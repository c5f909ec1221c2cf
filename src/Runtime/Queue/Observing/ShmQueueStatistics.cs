namespace TypedShmQueue;

/// <summary>
/// What a queue has done since it was created, by all processes together. Read without stopping anybody: the numbers are each
/// right, but not all of the same instant.
/// </summary>
public sealed record ShmQueueStatistics
{
    /// <summary>Messages sent.</summary>
    public long Enqueued { get; init; }

    /// <summary>Messages taken by consumers; with acknowledged delivery, those that are settled.</summary>
    public long Dequeued { get; init; }

    /// <summary>Messages dropped by <c>EnqueueShift</c> to make room.</summary>
    public long Displaced { get; init; }

    /// <summary>Positions that carry no message: a writer was not committed, or its process died.</summary>
    public long Abandoned { get; init; }

    /// <summary>Of <see cref="Abandoned"/>, those that others resolved after a process died.</summary>
    public long Recovered { get; init; }

    /// <summary>How often a thread of a process that is attached now has parked in the kernel.</summary>
    public long Parked { get; init; }

    /// <summary>The commits of a durable queue; null for any other.</summary>
    public ShmQueueCommits? Commits { get; init; }

    /// <summary>The workers of a queue with acknowledged delivery, or the groups of a broadcast queue; empty for any other.</summary>
    public IReadOnlyList<ShmQueueGroup> Groups { get; init; } = [];

    /// <summary>The handles that are attached, and those whose process died and whose entry nobody has needed yet.</summary>
    public IReadOnlyList<ShmQueueParticipant> Participants { get; init; } = [];
}

using TypedShmQueue.Layout;

namespace TypedShmQueue;

/// <summary>
/// What the commits of a durable queue have done and how long they took, by all processes together, since the queue's memory was made: by
/// its creation, or by the last recovery. Read without stopping anybody: the numbers need not be of one instant.
/// </summary>
public sealed record ShmQueueCommits
{
    private const int NanosecondsPerTick = 100;

    /// <summary>Blocks that were written and synced; one for all messages that were sent in the meantime.</summary>
    public long Count { get; init; }

    /// <summary>Positions that they have committed: messages, and places without one.</summary>
    public long Messages { get; init; }

    /// <summary>Messages that were sent and are not committed yet.</summary>
    public long Uncommitted { get; init; }

    /// <summary>How long all of them took together, from the copy of the first message to the end of the sync.</summary>
    public TimeSpan Total { get; init; }

    /// <summary>How long one takes on average; zero if there was none.</summary>
    public TimeSpan Mean => Count > 0 ? Total / Count : TimeSpan.Zero;

    /// <summary>How long the slowest took.</summary>
    public TimeSpan Longest { get; init; }

    /// <summary>How long the last one took.</summary>
    public TimeSpan Last { get; init; }

    /// <summary>From the words of a ring; whatever they hold, the numbers are not negative.</summary>
    internal static ShmQueueCommits Of(ref CommitWords words, long limit, long tail) => new()
    {
        Count = NotNegative(ref words.Blocks),
        Messages = NotNegative(ref words.Positions),
        Uncommitted = Math.Max(0, (tail & ~Segment.CompletedBit) - Math.Max(0, limit)),
        Total = Time(ref words.Nanoseconds),
        Longest = Time(ref words.Longest),
        Last = Time(ref words.Last),
    };

    private static long NotNegative(ref long word) => Math.Max(0, Volatile.Read(ref word));

    private static TimeSpan Time(ref long nanoseconds) => new(NotNegative(ref nanoseconds) / NanosecondsPerTick);
}

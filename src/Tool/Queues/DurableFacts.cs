using TypedShmQueue.Inspection;
using TypedShmQueue.Journal;

namespace TypedShmQueue.Tool.Queues;

/// <summary>How the commits of a durable queue stand that is open.</summary>
/// <param name="Committed">Positions below this one survive a power failure.</param>
/// <param name="Uncommitted">Messages that were sent since, and would not.</param>
/// <param name="Generation">Of the newest snapshot.</param>
/// <param name="Commits">Commits since the ring was made.</param>
/// <param name="MessagesPerCommit">How many messages, or places without one, a commit has on average.</param>
/// <param name="MeanCommitMicroseconds">How long a commit takes on average, with its sync.</param>
/// <param name="LongestCommitMicroseconds">How long the slowest took.</param>
/// <param name="LastCommitMicroseconds">How long the last one took.</param>
/// <param name="JournalBytes">The size of the journal.</param>
/// <param name="RingBytes">The size of the ring in memory.</param>
internal sealed record DurableFacts(long Committed, long Uncommitted, long Generation, long Commits, double MessagesPerCommit,
    double MeanCommitMicroseconds, double LongestCommitMicroseconds, double LastCommitMicroseconds, long JournalBytes, long RingBytes)
{
    public static DurableFacts Of(SegmentReader queue, CommitFacts commits) => new(commits.Limit - queue.Geometry.Capacity,
        Math.Max(0, queue.Tail - commits.Limit), commits.Generation, commits.Statistics.Count,
        Math.Round(commits.Statistics.Messages / (double)Math.Max(1, commits.Statistics.Count), 1),
        Math.Round(commits.Statistics.Mean.TotalMicroseconds, 1), commits.Statistics.Longest.TotalMicroseconds,
        commits.Statistics.Last.TotalMicroseconds, commits.JournalBytes, queue.Geometry.FileSize);
}

/// <summary>What the journal of a durable queue holds whose ring is not in memory.</summary>
internal sealed record JournalFacts
{
    public required string Name { get; init; }

    public required string Path { get; init; }

    public QueueState State { get; } = QueueState.OnDisk;

    public string? Message { get; init; }

    public int MessageBytes { get; init; }

    public required string Roles { get; init; }

    public int Capacity { get; init; }

    /// <summary>The oldest position that is wanted, and the one behind the last.</summary>
    public long Head { get; init; }

    public long End { get; init; }

    public bool IsCompleted { get; init; }

    public long Generation { get; init; }

    /// <summary>Blocks of that generation that are whole: the snapshot, and the commits behind it.</summary>
    public int Blocks { get; init; }

    public long JournalBytes { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether a process has it open whose memory is not visible here.</summary>
    public bool IsOpenElsewhere { get; init; }

    /// <summary>What is damaged; null if all is well.</summary>
    public string? Damage { get; init; }

    /// <summary>Positions that were committed and cannot be read.</summary>
    public required IReadOnlyList<string> Lost { get; init; }

    /// <summary>Whether anything that was committed is lost.</summary>
    public bool HasLoss { get; init; }

    public static JournalFacts Of(JournalInspection journal, JournalContents contents)
    {
        long first = journal.Header.Capacity;
        return new JournalFacts
        {
            Name = journal.Place.Name,
            Path = journal.Place.Path,
            Message = MessageOf(journal),
            MessageBytes = journal.Header.MessageSize,
            Roles = QueueFacts.RolesOf(journal.Roles),
            Capacity = journal.Header.Capacity,
            Head = contents.Head - first,
            End = contents.Limit - first,
            IsCompleted = contents.IsCompleted,
            Generation = contents.Position.Generation,
            Blocks = contents.Blocks,
            JournalBytes = journal.Length,
            CreatedAt = DateTimeOffset.FromUnixTimeMilliseconds(journal.Header.CreatedUnixMilliseconds),
            IsOpenElsewhere = journal.IsOpenSomewhere,
            Damage = contents.Damage,
            Lost = [.. contents.Lost.Select(lost => $"{new PositionRange(lost.First - first, lost.End - first)}")],
            HasLoss = contents.HasLoss,
        };
    }

    public static string? MessageOf(JournalInspection journal) =>
        ShmSchema.TryParse(journal.Header.Schema.Span, out ShmSchema? schema) ? schema.Name : null;
}

namespace TypedShmQueue;

/// <summary>
/// A consumer group of a broadcast queue, or the workers of a queue with acknowledged delivery, as it was when it was asked for.
/// </summary>
public sealed record ShmQueueGroup
{
    /// <summary>Its name; null for the workers of a queue with acknowledged delivery.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// The oldest message that is not settled, counted from the first that was ever sent; if all are, the next one to be taken. Producers
    /// wait once they are a capacity ahead of it.
    /// </summary>
    public long Position { get; init; }

    /// <summary>Messages that wait to be taken, those being written included.</summary>
    public long Waiting { get; init; }

    /// <summary>Messages that somebody has taken and not settled.</summary>
    public long Leased { get; init; }

    /// <summary>Messages that were settled, and positions without a message, since the queue was created.</summary>
    public long Acknowledged { get; init; }

    /// <summary>How often a worker gave a message back.</summary>
    public long GivenBack { get; init; }

    /// <summary>How often a message was taken back from a worker that died, or held it for too long.</summary>
    public long TakenBack { get; init; }

    /// <summary>Messages that went to a dead-letter queue.</summary>
    public long DeadLettered { get; init; }

    /// <summary>For how long the message has been taken that was taken first of all that are not settled; null if there is none.</summary>
    public TimeSpan? OldestLeaseAge { get; init; }

    /// <summary>
    /// Handles that are attached and take from it: those that joined the group, or, with acknowledged delivery, have taken at least once.
    /// </summary>
    public int Members { get; init; }

    /// <summary>When it was begun, by the wall clock.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who works on what, by position; 1,024 at most.</summary>
    public IReadOnlyList<ShmQueueLease> Leases { get; init; } = [];
}

/// <summary>A message that somebody works on.</summary>
/// <param name="Position">The message, counted from the first that was ever sent.</param>
/// <param name="Deliveries">Which delivery of it this is.</param>
/// <param name="ProcessId">The process, as it sees its own id; 0 if it died and its entry is another's by now.</param>
/// <param name="IsAlive">Whether it lives. If not, whoever takes next gets the message.</param>
/// <param name="Age">How long it has had it; 0 if <paramref name="ProcessId"/> is.</param>
public sealed record ShmQueueLease(long Position, int Deliveries, int ProcessId, bool IsAlive, TimeSpan Age);

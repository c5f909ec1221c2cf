using TypedShmQueue.Layout;

namespace TypedShmQueue;

/// <summary>Where a queue lives and how this handle uses it. Immutable; safe to share between threads and handles.</summary>
public sealed record ShmQueueOptions
{
    /// <summary>The options a call without options uses.</summary>
    public static ShmQueueOptions Default { get; } = new();

    /// <summary>
    /// The folder that holds the queue's file. Null: a folder on /dev/shm that only this user may enter. A folder on disk makes
    /// the queue outlive a reboot. It must exist, belong to this user or root, and be writable by nobody else unless it is sticky as
    /// /tmp is (<see cref="Permissions"/> may allow more); a symbolic link to a folder is not followed.
    /// </summary>
    public string? Directory { get; init; }

    /// <summary>
    /// Slots, a power of two from 2 to 2^30; used when the queue is created. Null: the capacity of the attribute.
    /// Opening an existing queue takes that queue's own capacity.
    /// </summary>
    public int? Capacity { get; init; }

    /// <summary>
    /// The file's permissions, exactly as given whatever the umask; owner read and write unless set. Group or other bits also
    /// say that files and folders of other users, and with write bits those that group or others may write, are acceptable.
    /// </summary>
    public UnixFileMode Permissions { get; init; } = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>How blocking calls of this handle wait.</summary>
    public WaitPolicy Wait { get; init; }

    /// <summary>
    /// What outlives a power failure where <see cref="Directory"/> is on a disk; in memory it means nothing. This handle's own choice.
    /// </summary>
    public Durability Durability { get; init; }

    /// <summary>How many handles may be attached at a time, from 1 to 4096; used when the queue is created.</summary>
    public int MaxParticipants { get; init; } = 64;

    /// <summary>
    /// How many subscriptions a broadcast queue has at a time, absent named ones included, from 1 to 4096; used when the queue is created.
    /// </summary>
    public int MaxSubscriptions { get; init; } = 64;

    /// <summary>
    /// How long a broadcast queue keeps a message at most, to the millisecond; used when the queue is created. Null: until it is
    /// overwritten. A subscription that begins does not get what is older, and one that lags behind it no longer holds producers back.
    /// Creating a queue that is not broadcast with it is an <see cref="ArgumentException"/>.
    /// </summary>
    public TimeSpan? Retention { get; init; }

    /// <summary>
    /// What <c>OpenOrCreate</c> does where it finds a queue that was completed, and of which everything was taken: a program that completes
    /// its queue, and runs again, needs <see cref="WhenCompleted.Replace"/>, or has to delete the queue. No other call looks at it.
    /// </summary>
    public WhenCompleted WhenCompleted { get; init; }

    /// <summary>Checks every value; <paramref name="options"/> is what the caller called its argument.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    internal static void ThrowIfInvalid(ShmQueueOptions options)
    {
        if (options.Capacity is { } capacity && (capacity is < Segment.MinCapacity or > Segment.MaxCapacity || !int.IsPow2(capacity)))
            throw new ArgumentOutOfRangeException(nameof(options), capacity, $"ShmQueueOptions.Capacity must be a power of two " +
                $"from {Segment.MinCapacity} to {Segment.MaxCapacity}.");
        if (options.MaxParticipants is < 1 or > Segment.MaxParticipants)
            throw new ArgumentOutOfRangeException(nameof(options), options.MaxParticipants, $"ShmQueueOptions.MaxParticipants must be " +
                $"from 1 to {Segment.MaxParticipants}.");
        if (options.MaxSubscriptions is < 1 or > Segment.MaxSubscriptions)
            throw new ArgumentOutOfRangeException(nameof(options), options.MaxSubscriptions, $"ShmQueueOptions.MaxSubscriptions must be " +
                $"from 1 to {Segment.MaxSubscriptions}.");
        if (options.Retention is { TotalMilliseconds: < 1 } retention)
            throw new ArgumentOutOfRangeException(nameof(options), retention, "ShmQueueOptions.Retention must be at least a " +
                "millisecond, or null to keep messages until they are overwritten.");
        if (!Enum.IsDefined(options.Wait))
            throw new ArgumentOutOfRangeException(nameof(options), options.Wait, "ShmQueueOptions.Wait must be Adaptive, Spin or Park.");
        if (!Enum.IsDefined(options.Durability))
            throw new ArgumentOutOfRangeException(nameof(options), options.Durability, "ShmQueueOptions.Durability must be Cached or " +
                "AtRest.");
        if (!Enum.IsDefined(options.WhenCompleted))
            throw new ArgumentOutOfRangeException(nameof(options), options.WhenCompleted, "ShmQueueOptions.WhenCompleted must be Keep " +
                "or Replace.");
        const UnixFileMode OwnerBits = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        const int AllBits = 0x1ff;
        if ((options.Permissions & OwnerBits) != OwnerBits || ((int)options.Permissions & ~AllBits) != 0)
            throw new ArgumentOutOfRangeException(nameof(options), options.Permissions, "ShmQueueOptions.Permissions must let the owner " +
                "read and write, and have no bits beyond the nine of user, group and others.");
        if (options.Directory is { } directory && (directory.Length == 0 || directory.Contains('\0', StringComparison.Ordinal)))
            throw new ArgumentOutOfRangeException(nameof(options), directory, "ShmQueueOptions.Directory must be the path of a folder, " +
                "or null.");
    }
}

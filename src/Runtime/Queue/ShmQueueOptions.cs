using TypedShmQueue.Layout;

namespace TypedShmQueue;

/// <summary>Where a queue lives and how this handle uses it. Immutable; safe to share between threads and handles.</summary>
public sealed record ShmQueueOptions
{
    private const int MostDeliveries = 4000;

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

    /// <summary>
    /// With <see cref="Durability.Committed"/>: how long after it was sent a message may be lost by a power failure, to the millisecond.
    /// <c>Enqueue</c> does not wait for the disk then; whoever waits for a <see cref="CommitMark"/> does. Null: <c>Enqueue</c> waits. This
    /// handle's own choice.
    /// </summary>
    public TimeSpan? CommitWithin { get; init; }

    /// <summary>
    /// When consumers of this handle see a message of a durable queue: at once, or when it is committed. This handle's own choice; the
    /// other handles' is theirs. <see cref="Visibility.Committed"/> needs a queue that was created with <see cref="Durability.Committed"/>,
    /// which the handle's own <see cref="Durability"/> need not be.
    /// </summary>
    public Visibility Visibility { get; init; }

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
    /// How many consumer groups a broadcast queue has at a time, from 0 to 64; used when the queue is created. Each takes 8 bytes for each
    /// slot. A queue with acknowledged delivery has one group, whatever this says.
    /// </summary>
    public int MaxGroups { get; init; } = 4;

    /// <summary>
    /// How many leases are open at a time in a queue with acknowledged delivery, or in all groups of a broadcast queue together, from 1 to
    /// 65,536; used when the queue is created. Up to 32 messages that one call takes count as one. Each takes 128 bytes.
    /// </summary>
    public int MaxLeases { get; init; } = 1024;

    /// <summary>
    /// How often a message is delivered at most before it goes to <see cref="DeadLetter"/>, from 1 to 4,000; 0 is without limit. This
    /// handle's own choice, for what it takes: give all workers the same. Needs <see cref="DeadLetter"/>.
    /// </summary>
    public int MaxDeliveries { get; init; }

    /// <summary>
    /// The name of the queue that receives what <see cref="MaxDeliveries"/> or <c>Reject</c> takes out of this one: a queue of the same
    /// emitted type in the same folder, which this handle opens, or creates if there is none. Null: there is none. Each
    /// group of a broadcast queue has one of its own, whose name is this, a dot, and the group's name.
    /// </summary>
    public string? DeadLetter { get; init; }

    /// <summary>
    /// After what time others may take a message back from this handle although its process lives, to the millisecond. Null: never, so that
    /// a job may take as long as it needs, and only a death returns it.
    /// </summary>
    public TimeSpan? LeaseTimeout { get; init; }

    /// <summary>
    /// What <c>OpenOrCreate</c> does where it finds a queue that was completed, and of which everything was taken: a program that completes
    /// its queue, and runs again, needs <see cref="WhenCompleted.Replace"/>, or has to delete the queue. No other call looks at it.
    /// </summary>
    public WhenCompleted WhenCompleted { get; init; }

    /// <summary>
    /// Whether creating and opening meets every page of the queue's memory once, so that no message waits for the system at the first use
    /// of a page: some microseconds for each 4,096 bytes. Large queues are met by all processors. The memory is in use from then on, and a
    /// queue on a disk is written to it once as a whole. This handle's own choice: each process that wants it sets it.
    /// </summary>
    public bool Prefault { get; init; }

    private static void ThrowIfLeasesAreInvalid(ShmQueueOptions options)
    {
        if (options.MaxGroups is < 0 or > Segment.MaxGroups)
            throw new ArgumentOutOfRangeException(nameof(options), options.MaxGroups, $"ShmQueueOptions.MaxGroups must be from 0 to " +
                $"{Segment.MaxGroups}.");
        if (options.MaxLeases is < 1 or > Segment.MaxLeases)
            throw new ArgumentOutOfRangeException(nameof(options), options.MaxLeases, $"ShmQueueOptions.MaxLeases must be from 1 to " +
                $"{Segment.MaxLeases}.");
        if (options.MaxDeliveries is < 0 or > MostDeliveries)
            throw new ArgumentOutOfRangeException(nameof(options), options.MaxDeliveries, $"ShmQueueOptions.MaxDeliveries must be from 1 " +
                $"to {MostDeliveries}, or 0 for no limit.");
        if (options.MaxDeliveries > 0 && options.DeadLetter == null)
            throw new ArgumentException($"ShmQueueOptions.MaxDeliveries is {options.MaxDeliveries}, but DeadLetter is null: a message " +
                $"that was delivered so often would have to be lost. Name a queue that receives it.", nameof(options));
        if (options.LeaseTimeout is { TotalMilliseconds: < 1 } timeout)
            throw new ArgumentOutOfRangeException(nameof(options), timeout, "ShmQueueOptions.LeaseTimeout must be at least a " +
                "millisecond, or null so that only a death returns a message.");
    }

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
        ThrowIfLeasesAreInvalid(options);
        if (options.Retention is { TotalMilliseconds: < 1 } retention)
            throw new ArgumentOutOfRangeException(nameof(options), retention, "ShmQueueOptions.Retention must be at least a " +
                "millisecond, or null to keep messages until they are overwritten.");
        if (options.Wait is not (WaitPolicy.Adaptive or WaitPolicy.Spin or WaitPolicy.Park))
            throw new ArgumentOutOfRangeException(nameof(options), options.Wait, "ShmQueueOptions.Wait must be Adaptive, Spin or Park.");
        if (options.Durability is not (Durability.Cached or Durability.AtRest or Durability.Committed))
            throw new ArgumentOutOfRangeException(nameof(options), options.Durability, "ShmQueueOptions.Durability must be Cached, " +
                "AtRest or Committed.");
        if (options.Visibility is not (Visibility.AtOnce or Visibility.Committed))
            throw new ArgumentOutOfRangeException(nameof(options), options.Visibility, "ShmQueueOptions.Visibility must be AtOnce or " +
                "Committed.");
        if (options.CommitWithin is { } within && (options.Durability != Durability.Committed || within < TimeSpan.FromMilliseconds(1)
            || within > TimeSpan.FromHours(1)))
            throw new ArgumentOutOfRangeException(nameof(options), within, "ShmQueueOptions.CommitWithin must be from a millisecond to " +
                "an hour, and needs Durability.Committed.");
        if (options.WhenCompleted is not (WhenCompleted.Keep or WhenCompleted.Replace))
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

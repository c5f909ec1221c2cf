namespace TypedShmQueue.Hosting;

/// <summary>
/// How a queue is opened that a host provides. Read from the configuration section <c>ShmQueues:{name}</c>, then given to the
/// callback of the registration, and checked when the host starts.
/// </summary>
public sealed class ShmQueueServiceOptions
{
    /// <summary>The queue's name; that of the registration unless set.</summary>
    public string Name { get; set; } = "";

    /// <summary>Whether the queue is opened, created, or whichever it takes.</summary>
    public ShmQueueOpening Opening { get; set; }

    /// <inheritdoc cref="ShmQueueOptions.Directory"/>
    public string? Directory { get; set; }

    /// <inheritdoc cref="ShmQueueOptions.Capacity"/>
    public int? Capacity { get; set; }

    /// <inheritdoc cref="ShmQueueOptions.Permissions"/>
    public UnixFileMode Permissions { get; set; } = ShmQueueOptions.Default.Permissions;

    /// <inheritdoc cref="ShmQueueOptions.Wait"/>
    public WaitPolicy Wait { get; set; } = ShmQueueOptions.Default.Wait;

    /// <inheritdoc cref="ShmQueueOptions.MaxParticipants"/>
    public int MaxParticipants { get; set; } = ShmQueueOptions.Default.MaxParticipants;

    /// <inheritdoc cref="ShmQueueOptions.MaxSubscriptions"/>
    public int MaxSubscriptions { get; set; } = ShmQueueOptions.Default.MaxSubscriptions;

    /// <inheritdoc cref="ShmQueueOptions.Durability"/>
    public Durability Durability { get; set; } = ShmQueueOptions.Default.Durability;

    /// <inheritdoc cref="ShmQueueOptions.Retention"/>
    public TimeSpan? Retention { get; set; }

    /// <inheritdoc cref="ShmQueueOptions.MaxGroups"/>
    public int MaxGroups { get; set; } = ShmQueueOptions.Default.MaxGroups;

    /// <inheritdoc cref="ShmQueueOptions.MaxLeases"/>
    public int MaxLeases { get; set; } = ShmQueueOptions.Default.MaxLeases;

    /// <inheritdoc cref="ShmQueueOptions.MaxDeliveries"/>
    public int MaxDeliveries { get; set; }

    /// <inheritdoc cref="ShmQueueOptions.DeadLetter"/>
    public string? DeadLetter { get; set; }

    /// <inheritdoc cref="ShmQueueOptions.LeaseTimeout"/>
    public TimeSpan? LeaseTimeout { get; set; }

    /// <inheritdoc cref="ShmQueueOptions.WhenCompleted"/>
    public WhenCompleted WhenCompleted { get; set; } = ShmQueueOptions.Default.WhenCompleted;

    /// <inheritdoc cref="ShmQueueOptions.CommitWithin"/>
    public TimeSpan? CommitWithin { get; set; }

    /// <inheritdoc cref="ShmQueueOptions.Visibility"/>
    public Visibility Visibility { get; set; } = ShmQueueOptions.Default.Visibility;

    /// <inheritdoc cref="ShmQueueOptions.Prefault"/>
    public bool Prefault { get; set; }

    /// <summary>These, as the queue's own calls take them. Allocates.</summary>
    public ShmQueueOptions ToQueueOptions() => new()
    {
        Directory = Directory,
        Capacity = Capacity,
        Permissions = Permissions,
        Wait = Wait,
        MaxParticipants = MaxParticipants,
        MaxSubscriptions = MaxSubscriptions,
        Durability = Durability,
        Retention = Retention,
        MaxGroups = MaxGroups,
        MaxLeases = MaxLeases,
        MaxDeliveries = MaxDeliveries,
        DeadLetter = DeadLetter,
        LeaseTimeout = LeaseTimeout,
        WhenCompleted = WhenCompleted,
        CommitWithin = CommitWithin,
        Visibility = Visibility,
        Prefault = Prefault,
    };
}

/// <summary>What is done with a queue's name when the host starts.</summary>
public enum ShmQueueOpening
{
    /// <summary>The queue is opened, or created if there is none.</summary>
    OpenOrCreate,

    /// <summary>The queue is opened; if there is none, the host does not start.</summary>
    Open,

    /// <summary>The queue is created; if there is one, the host does not start.</summary>
    Create,
}

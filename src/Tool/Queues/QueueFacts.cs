using TypedShmQueue.Inspection;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Tool.Queues;

/// <summary>What a queue is and how it stands, at one instant.</summary>
internal sealed record QueueFacts
{
    public required string Name { get; init; }

    public required string Path { get; init; }

    public QueueState State { get; init; }

    /// <summary>The message's name; null if the schema cannot be read.</summary>
    public string? Message { get; init; }

    public int MessageBytes { get; init; }

    public string? SchemaId { get; init; }

    public Endpoints Producers { get; init; }

    public Endpoints Consumers { get; init; }

    public Overflow Overflow { get; init; }

    public Delivery Delivery { get; init; }

    public int Capacity { get; init; }

    /// <summary>
    /// Messages in the queue, those being written included; broadcast: those that are kept; acknowledged: those that are not settled.
    /// </summary>
    public long Depth { get; init; }

    public long FileBytes { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public int CreatorProcessId { get; init; }

    /// <summary>Handles that are attached.</summary>
    public int Attached { get; init; }

    /// <summary>Handles whose process died, and whose entry nobody has needed since.</summary>
    public int Dead { get; init; }

    public long Enqueued { get; init; }

    /// <summary>Null for a broadcast queue: each subscription takes for itself.</summary>
    public long? Dequeued { get; init; }

    public long Displaced { get; init; }

    public long Abandoned { get; init; }

    public long Recovered { get; init; }

    public int MaxParticipants { get; init; }

    public TimeSpan? Retention { get; init; }

    public IReadOnlyList<ShmQueueParticipant> Participants { get; init; } = [];

    /// <summary>Null unless it is a broadcast queue.</summary>
    public IReadOnlyList<ShmQueueSubscription>? Subscriptions { get; init; }

    /// <summary>
    /// Null unless it is a queue with acknowledged delivery, whose workers are the only group, or a broadcast queue that may have some.
    /// </summary>
    public IReadOnlyList<ShmQueueGroup>? Groups { get; init; }

    /// <summary>Null unless it may have groups.</summary>
    public int? MaxGroups { get; init; }

    /// <summary>Null unless it may have groups.</summary>
    public int? MaxLeases { get; init; }

    /// <summary>Lease entries that attached handles have. Null unless it may have groups.</summary>
    public int? LeaseEntries { get; init; }

    /// <summary>Null unless it is durable.</summary>
    public DurableFacts? Durable { get; init; }

    /// <summary>Looks at a queue.</summary>
    public static QueueFacts Of(SegmentReader queue)
    {
        long head = queue.Head;
        long tail = queue.Tail;
        ShmQueueStatistics all = queue.Statistics;
        int attached = all.Participants.Count(static p => p.IsAlive);
        bool hasGroups = queue.Geometry.MaxGroups > 0;
        long kept = queue.Roles.IsAcknowledged ? all.Groups.Sum(static g => g.Waiting + g.Leased) : tail - head;
        return new QueueFacts
        {
            Name = queue.Place.Name,
            Path = queue.Place.Path,
            State = queue.IsDeleted ? QueueState.Deleted : queue.IsCompleted ? QueueState.Completed : QueueState.Open,
            Message = ShmSchema.TryParse(queue.SchemaText, out ShmSchema? schema) ? schema.Name : null,
            MessageBytes = queue.Geometry.MessageSize,
            SchemaId = $"0x{queue.SchemaId:x16}",
            Producers = queue.Roles.HasOneProducer ? Endpoints.One : Endpoints.Many,
            Consumers = queue.Roles.HasOneConsumer ? Endpoints.One : Endpoints.Many,
            Overflow = queue.Roles.Waits ? Overflow.Wait : Overflow.Any,
            Delivery = queue.Roles.Delivery,
            Capacity = queue.Geometry.Capacity,
            Depth = Math.Clamp(kept, 0, queue.Geometry.Capacity),
            FileBytes = queue.Commits?.JournalBytes ?? queue.Geometry.FileSize,
            Durable = queue.Commits is { } commits ? DurableFacts.Of(queue, commits) : null,
            CreatedAt = queue.CreatedAt,
            CreatorProcessId = queue.CreatorProcessId,
            Attached = attached,
            Dead = all.Participants.Count - attached,
            Enqueued = all.Enqueued,
            Dequeued = queue.Roles.IsBroadcast ? null : all.Dequeued,
            Displaced = all.Displaced,
            Abandoned = all.Abandoned,
            Recovered = all.Recovered,
            MaxParticipants = queue.Geometry.MaxParticipants,
            Retention = queue.Geometry.RetentionMilliseconds > 0 ? TimeSpan.FromMilliseconds(queue.Geometry.RetentionMilliseconds) : null,
            Participants = all.Participants,
            Subscriptions = queue.Roles.IsBroadcast ? queue.Subscriptions : null,
            Groups = hasGroups ? all.Groups : null,
            MaxGroups = hasGroups ? queue.Geometry.MaxGroups : null,
            MaxLeases = hasGroups ? queue.Geometry.MaxLeases : null,
            LeaseEntries = hasGroups ? queue.LeaseEntriesInUse : null,
        };
    }

    /// <summary>The roles in few words, such as <c>many→one, waits</c>.</summary>
    public string Roles => Delivery switch
    {
        Delivery.Broadcast => $"{Word(Producers)}→all{Waits}",
        Delivery.Acknowledged => $"{Word(Producers)}→{Word(Consumers)}, acknowledged",
        _ => $"{Word(Producers)}→{Word(Consumers)}{Waits}",
    };

    /// <summary>The roles of a queue that is not open, in the same words.</summary>
    public static string RolesOf(RoleFlags roles) => new QueueFacts
    {
        Name = "", Path = "", Delivery = roles.Delivery, Overflow = roles.Waits ? Overflow.Wait : Overflow.Any,
        Producers = roles.HasOneProducer ? Endpoints.One : Endpoints.Many,
        Consumers = roles.HasOneConsumer ? Endpoints.One : Endpoints.Many,
    }.Roles;

    private string Waits => Overflow == Overflow.Wait ? ", waits" : "";

    private static string Word(Endpoints side) => side == Endpoints.One ? "one" : "many";
}

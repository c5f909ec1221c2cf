using TypedShmQueue.Inspection;

namespace TypedShmQueue.Tool.Queues;

/// <summary>One line of <c>ls</c>: a queue, or why a file cannot be used as one.</summary>
internal sealed record QueueListing(
    string Name, QueueState State, string? Message, long? Depth, int? Capacity, string? Roles, int? Attached, int? Dead, int? Subscriptions, long? FileBytes, string? Trouble)
{
    /// <summary>Looks at a file. Null if it is gone meanwhile.</summary>
    public static QueueListing? Of(string name, ShmQueueOptions options)
    {
        try
        {
            using SegmentReader? queue = SegmentReader.TryOpen(name, options);
            if (queue == null) return null;
            QueueFacts facts = QueueFacts.Of(queue);
            return new QueueListing(name, facts.State, facts.Message, facts.Depth, facts.Capacity, facts.Roles, facts.Attached, facts.Dead, facts.Subscriptions?.Count, facts.FileBytes, null);
        }
        catch (Exception e) when (e is ShmQueueException or UnauthorizedAccessException or IOException)
        {
            return new QueueListing(name, QueueState.Unusable, null, null, null, null, null, null, null, null, e.Message);
        }
    }
}

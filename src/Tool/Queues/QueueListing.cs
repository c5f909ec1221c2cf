using TypedShmQueue.Inspection;

namespace TypedShmQueue.Tool.Queues;

/// <summary>One line of <c>ls</c>: a queue, or why a file cannot be used as one.</summary>
internal sealed record QueueListing(
    string Name, QueueState State, string? Message, long? Depth, int? Capacity, string? Roles, int? Attached, int? Dead, int? Subscriptions,
        int? Groups, long? Leased, long? FileBytes, string? Trouble)
{
    /// <summary>A file that is none. What it is and what is to become of it is its owner's affair.</summary>
    public static QueueListing OfForeign(string name) =>
        new(name, QueueState.NoQueue, null, null, null, null, null, null, null, null, null, null, "another file");

    /// <summary>Looks at a file. Null if it is gone meanwhile.</summary>
    public static QueueListing? Of(string name, ShmQueueOptions options)
    {
        try
        {
            using SegmentReader? queue = SegmentReader.TryOpen(name, options);
            return queue == null ? null : Of(queue);
        }
        catch (ShmQueueDurabilityException)
        {
            return OfJournal(name, options);
        }
        catch (Exception e) when (e is ShmQueueException or UnauthorizedAccessException or IOException)
        {
            return OfUnusable(name, e);
        }
    }

    /// <summary>Looks at an open queue.</summary>
    public static QueueListing Of(SegmentReader queue)
    {
        QueueFacts facts = QueueFacts.Of(queue);
        return new QueueListing(facts.Name, facts.State, facts.Message, facts.Depth, facts.Capacity, facts.Roles, facts.Attached,
            facts.Dead, facts.Subscriptions?.Count, facts.Groups?.Count, facts.Groups?.Sum(static g => g.Leased), facts.FileBytes, null);
    }

    /// <summary>A durable queue whose ring is not in memory: what its journal's header says. Null if it is gone meanwhile.</summary>
    public static QueueListing? OfJournal(string name, ShmQueueOptions options)
    {
        try
        {
            using JournalInspection? journal = JournalInspection.TryOpen(name, options);
            return journal == null ? null : new QueueListing(name, QueueState.OnDisk, JournalFacts.MessageOf(journal), null,
                journal.Header.Capacity, QueueFacts.RolesOf(journal.Roles), 0, 0, null, null, null, journal.Length, null);
        }
        catch (Exception e) when (e is ShmQueueException or UnauthorizedAccessException or IOException)
        {
            return OfUnusable(name, e);
        }
    }

    /// <summary>A file that cannot be used, and why.</summary>
    public static QueueListing OfUnusable(string name, Exception why) =>
        new(name, QueueState.Unusable, null, null, null, null, null, null, null, null, null, null, why.Message);
}

/// <summary>Where in its life a queue is.</summary>
internal enum QueueState
{
    Open,

    /// <summary>Nothing can be sent any more.</summary>
    Completed,

    /// <summary>A durable queue that no process has opened since the machine started: opening it recovers it.</summary>
    OnDisk,

    /// <summary>Its name was to go, and is still there.</summary>
    Deleted,

    /// <summary>The file cannot be used as a queue.</summary>
    Unusable,

    /// <summary>Some other file, which is no affair of this tool.</summary>
    NoQueue,
}

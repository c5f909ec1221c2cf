using TypedShmQueue.Inspection;
using TypedShmQueue.Queue;

namespace TypedShmQueue.Tool.Queues;

/// <summary>
/// A queue that is looked at and then deleted, or left: both through one file. A program, or a person, that decides by name and then
/// deletes by name deletes whatever has the name by then.
/// </summary>
internal sealed class DecidedQueue : IDisposable
{
    private readonly QueueFile _file;

    private DecidedQueue(QueueFile file, QueueListing listing)
    {
        _file = file;
        Listing = listing;
    }

    /// <summary>What was seen of it.</summary>
    public QueueListing Listing { get; }

    /// <summary>Opens the queue of that name and looks at it; one that cannot be used, too. Null if there is none.</summary>
    public static DecidedQueue? TryOpen(string name, ShmQueueOptions options)
    {
        try
        {
            using SegmentReader? queue = SegmentReader.TryOpen(name, options);
            if (queue == null) return null;
            QueueListing listing = QueueListing.Of(queue);
            return QueueFile.TryReopen(queue.Place, queue.File) is { } file ? new DecidedQueue(file, listing) : null;
        }
        catch (ShmQueueDurabilityException)
        {
            return QueueListing.OfJournal(name, options) is { } listing && QueueFile.TryOpen(name, options) is { } file
                ? new DecidedQueue(file, listing) : null;
        }
        catch (ShmQueueCorruptException e)
        {
            return QueueFile.TryOpen(name, options) is { } file ? new DecidedQueue(file, QueueListing.OfUnusable(name, e)) : null;
        }
    }

    /// <summary>Deletes this very queue. False if its name is gone, or another's.</summary>
    /// <exception cref="ShmQueueCorruptException">It is no queue.</exception>
    public bool Delete() => _file.Delete() != NameRemoval.NotThisFile;

    /// <summary>Frees the name of a queue that was deleted, if nobody else does so now.</summary>
    public bool FreeName() => _file.RemoveName() == NameRemoval.Removed;

    /// <summary>Whether it begins as a queue does.</summary>
    public bool IsQueue => _file.IsQueue;

    public void Dispose() => _file.Dispose();
}

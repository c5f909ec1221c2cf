using Microsoft.Win32.SafeHandles;
using TypedShmQueue.Inspection;
using TypedShmQueue.Queue;

namespace TypedShmQueue.Tool.Queues;

/// <summary>
/// The ring of a durable queue whose journal is gone, and that no handle is attached to: nobody opens it any more. A ring whose journal is
/// there stays, since it may have messages that were not committed.
/// </summary>
internal sealed class LeftoverRing : IDisposable
{
    private readonly QueueFile _file;

    private LeftoverRing(QueueFile file) => _file = file;

    /// <summary>Opens it. Null if it is none.</summary>
    public static LeftoverRing? TryOpen(string name, ShmQueueOptions options)
    {
        try
        {
            using SegmentReader? ring = SegmentReader.TryOpen(name, options);
            if (ring == null || ring.Statistics.Participants.Any(static p => p.IsAlive) || HasJournal(ring)) return null;
            return QueueFile.TryReopen(ring.Place, ring.File) is { } file ? new LeftoverRing(file) : null;
        }
        catch (Exception e) when (e is ShmQueueException or UnauthorizedAccessException or IOException)
        {
            return null;
        }
    }

    /// <summary>Removes this very ring. False if its name is gone, or somebody else does so.</summary>
    public bool Remove() => _file.RemoveName() == NameRemoval.Removed;

    public void Dispose() => _file.Dispose();

    private static bool HasJournal(SegmentReader ring)
    {
        (Guid id, string path) = ring.Journal;
        // What cannot be looked at may be the journal.
        if (path.Length == 0) return true;
        if (!File.Exists(path)) return false;
        using SafeFileHandle file = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        return JournalRing.IsJournal(file) && JournalRing.TryReadId(file) == id;
    }
}

using Microsoft.Win32.SafeHandles;
using TypedShmQueue.Durable;
using TypedShmQueue.Journal;
using TypedShmQueue.Layout;
using TypedShmQueue.Queue;
using TypedShmQueue.Region;

namespace TypedShmQueue.Inspection;

/// <summary>A durable queue's journal as a bystander reads it: no lock is taken, nothing is written. One thread at a time.</summary>
internal sealed class JournalInspection : IDisposable
{
    private readonly JournalFile _file;

    private JournalInspection(JournalFile file, QueuePlace place)
    {
        _file = file;
        Place = place;
        Header = JournalReader<JournalRules>.ReadHeader(file, place.Name);
    }

    public QueuePlace Place { get; }

    public JournalHeader Header { get; }

    public long Length => _file.Length;

    public RoleFlags Roles => new(Header.Roles);

    /// <summary>
    /// Whether some handle has the queue open, wherever its ring is: if this process sees none, it is in a memory that is not visible here.
    /// </summary>
    public bool IsOpenSomewhere => RegionPort.Current.IsLockedOrSharedByOther(_file.Handle, QueueJournal.AttachedLock);

    /// <summary>Opens the journal of that name. Null if there is no such file, or it is no journal.</summary>
    /// <exception cref="ShmQueueCorruptException">It begins as a journal, and its header is damaged.</exception>
    /// <exception cref="UnauthorizedAccessException">Folder or file are not to be trusted.</exception>
    public static JournalInspection? TryOpen(string name, ShmQueueOptions? options)
    {
        QueuePlace place = QueuePlace.Of(name, options, create: false);
        RegionPort port = RegionPort.Current;
        using RegionFolder? folder = place.TryOpenFolder(port);
        if (folder == null || !place.TryOpenFile(port, folder, out SafeFileHandle? file, out _, readOnly: true)) return null;
        try
        {
            if (JournalRing.IsJournal(file)) return new JournalInspection(new JournalFile(file, place.Path), place);
            file.Dispose();
            return null;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Reads all of it. Beside a process that commits, the answer may be of no single instant.</summary>
    public JournalContents Read() => JournalReader<JournalRules>.Inspect(_file, Place.Name);

    public void Dispose() => _file.Dispose();
}

/// <summary>How the commits of a durable queue stand, at one instant.</summary>
/// <param name="Limit">Everything below this position survives a power failure.</param>
/// <param name="Generation">Of the newest complete snapshot.</param>
/// <param name="Begun">Commits that were begun since the ring was made.</param>
/// <param name="IsWriting">Whether a write has begun whose end is not recorded.</param>
/// <param name="IsLocked">Whether a live process is committing.</param>
/// <param name="JournalBytes">The size of the journal.</param>
/// <param name="Statistics">What they have done, and how long they took.</param>
internal readonly record struct CommitFacts(long Limit, long Generation, long Begun, bool IsWriting, bool IsLocked, long JournalBytes,
    ShmQueueCommits Statistics);

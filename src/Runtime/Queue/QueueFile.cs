using System.Diagnostics;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Journal;
using TypedShmQueue.Layout;
using TypedShmQueue.Region;

namespace TypedShmQueue.Queue;

/// <summary>
/// The file of a queue, open by a descriptor of its own. A caller opens it, decides by what it sees, and deletes it through the same
/// descriptor: a successor that takes the name in between is another file, and stays.
/// </summary>
/// <remarks>
/// A program that decides by name and then deletes by name deletes what has the name by then. As long as this object is open, the system
/// gives its file's identity to no other file, so the comparison under the name lock is exact.
/// </remarks>
internal sealed unsafe class QueueFile : IDisposable
{
    /// <summary>The name lock covers three system calls. A holder that needs longer than this is stopped, or starved of its core.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    private readonly RegionPort _port;
    private readonly RegionFolder _folder;
    private readonly SafeFileHandle _file;
    private readonly QueuePlace _place;

    private QueueFile(RegionPort port, RegionFolder folder, SafeFileHandle file, FileFacts facts, QueuePlace place)
    {
        _port = port;
        _folder = folder;
        _file = file;
        _place = place;
        Facts = facts;
    }

    /// <summary>What the file was when it was opened.</summary>
    public FileFacts Facts { get; }

    /// <summary>Whether the file begins with a queue's mark. Nothing else is ever deleted.</summary>
    public bool IsQueue => MagicOf(_file) is Segment.Magic or JournalFormat.Magic;

    /// <summary>Whether the file is the journal of a durable queue.</summary>
    public bool IsJournal => JournalRing.IsJournal(_file);

    /// <summary>Whether the queue was marked deleted and its name may still be there. A durable queue's ring has the mark.</summary>
    public bool IsDeleted
    {
        get
        {
            if (!IsJournal) return DeleterOf(_file) != 0;
            using QueueFile? ring = TryOpenRing();
            return ring is { IsDeleted: true };
        }
    }

    /// <summary>Opens the file of that name. Null if there is none.</summary>
    /// <exception cref="ShmQueueCorruptException">What has the name is no regular file.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the file is not to be trusted.</exception>
    public static QueueFile? TryOpen(string name, ShmQueueOptions? options) => TryOpen(QueuePlace.Of(name, options, create: false));

    /// <inheritdoc cref="TryOpen(string, ShmQueueOptions?)"/>
    public static QueueFile? TryOpen(QueuePlace place)
    {
        RegionPort port = RegionPort.Current;
        RegionFolder? folder = place.TryOpenFolder(port);
        try
        {
            if (folder == null || !place.TryOpenFile(port, folder, out SafeFileHandle? file, out FileFacts facts)) return null;
            QueueFile opened = new(port, folder, file, facts, place);
            folder = null;
            return opened;
        }
        finally
        {
            folder?.Dispose();
        }
    }

    /// <summary>A descriptor of its own for whoever goes on with this very file; the locks of the two are separate.</summary>
    public SafeFileHandle TakeFile() => _port.TryOpen(_folder, _place.Name) is { } own && _port.Inspect(own).IsSameFileAs(Facts)
        ? own : throw RegionErrors.NotOurs(_place.Path, _place.Name);

    /// <summary>Opens the name again if it is still the name of this very file, whoever may use that. Null if it is not.</summary>
    public static QueueFile? TryReopen(QueuePlace place, SafeFileHandle file)
    {
        RegionPort port = RegionPort.Current;
        FileFacts facts = port.Inspect(file);
        RegionFolder? folder = place.TryOpenFolder(port);
        SafeFileHandle? own = null;
        try
        {
            if (folder == null || port.Inspect(folder, place.Name) is not { } named || !named.IsSameFileAs(facts)) return null;
            own = port.TryOpen(folder, place.Name);
            if (own == null || !port.Inspect(own).IsSameFileAs(facts)) return null;
            QueueFile opened = new(port, folder, own, facts, place);
            (folder, own) = (null, null);
            return opened;
        }
        finally
        {
            own?.Dispose();
            folder?.Dispose();
        }
    }

    /// <summary>
    /// Marks the queue deleted and removes its name, if the name is still this file's. The memory goes with the last process that has it
    /// open.
    /// </summary>
    /// <exception cref="ShmQueueCorruptException">The file is no queue; it is left as it is.</exception>
    public NameRemoval Delete()
    {
        if (!IsQueue) throw RegionErrors.NotOurs(_place.Path, _place.Name);
        if (IsJournal) return DeleteJournal();
        MarkDeleted();
        Steps.At("delete: marked by name");
        return RemoveName();
    }

    /// <summary>Marks the ring, so that those who are attached learn of it; then the journal's name goes, and the ring's.</summary>
    private NameRemoval DeleteJournal()
    {
        using QueueFile? ring = TryOpenRing();
        ring?.MarkDeleted();
        Steps.At("delete: marked by name");
        return RemoveNames(this, ring);
    }

    /// <summary>Frees the names of a deleted queue that is durable, if they are still those of these very files.</summary>
    /// <param name="place">The journal's place.</param>
    /// <param name="journal">The journal.</param>
    /// <param name="ringPlace">The ring's place.</param>
    /// <param name="waits">As for <see cref="RemoveName(bool)"/>.</param>
    /// <returns>What became of the queue's name, which is the journal's.</returns>
    public static NameRemoval RemoveNames(QueuePlace place, SafeFileHandle journal, QueuePlace ringPlace, bool waits)
    {
        using QueueFile? named = TryReopen(place, journal);
        using QueueFile? ring = TryOpen(ringPlace);
        return RemoveNames(named, ring is { IsDeleted: true } ? ring : null, waits);
    }

    /// <summary>The journal's name first: while it is there, the queue would come back out of the journal.</summary>
    public static NameRemoval RemoveNames(QueueFile? journal, QueueFile? ring, bool waits = true)
    {
        NameRemoval removal = journal?.RemoveName(waits) ?? NameRemoval.NotThisFile;
        _ = ring?.RemoveName(waits);
        return removal;
    }

    /// <summary>
    /// The ring of this journal. Null if there is none, as after a restart of the machine, or if the journal does not say.
    /// </summary>
    private QueueFile? TryOpenRing()
    {
        try
        {
            return JournalRing.TryReadId(_file) is { } id
                ? TryOpen(JournalRing.PlaceOf(_place.Name, id, _place.Options, create: false)) : null;
        }
        catch (Exception e) when (e is ShmQueueException or IOException or UnauthorizedAccessException)
        {
            return null; // what stands there is no ring of ours
        }
    }

    /// <summary>
    /// Removes the name, if it is still this file's. For a queue that was marked deleted, and so for whoever collects what was left.
    /// </summary>
    public NameRemoval RemoveName(bool waits = true) => RemoveName(_port, _folder, _file, _place.Name, waits);

    public void Dispose()
    {
        _file.Dispose();
        _folder.Dispose();
    }

    /// <summary>
    /// Frees the name of a deleted queue. A file that is not trusted is none, and nothing is opened that is no regular file.
    /// </summary>
    public static NameRemoval RemoveDeleted(QueuePlace place)
    {
        RegionPort port = RegionPort.Current;
        using RegionFolder? folder = place.TryOpenFolder(port);
        if (folder == null || port.Inspect(folder, place.Name) is not { } seen
            || !place.IsTrusted(port, seen)) return NameRemoval.NotThisFile;
        using SafeFileHandle? file = port.TryOpen(folder, place.Name);
        return file != null && place.IsTrusted(port, port.Inspect(file)) && DeleterOf(file) != 0
            ? RemoveName(port, folder, file, place.Name, waits: true)
            : file != null && JournalRing.IsJournal(file) ? RemoveDeletedJournal(place) : NameRemoval.NotThisFile;
    }

    private static NameRemoval RemoveDeletedJournal(QueuePlace place)
    {
        using QueueFile? journal = TryOpen(place);
        using QueueFile? ring = journal is { IsJournal: true } ? journal.TryOpenRing() : null;
        return ring is { IsDeleted: true } ? RemoveNames(journal, ring) : NameRemoval.NotThisFile;
    }

    /// <summary>
    /// Removes the name from this very file. Only a process that holds the file's name lock removes its name, so the name cannot pass to a
    /// successor between the look and the removal.
    /// </summary>
    /// <remarks>
    /// The lock is asked for and never waited for in the kernel: a holder may be stopped (SIGSTOP, a debugger) for any time, and no lock of
    /// this process is held meanwhile. Nobody can free the name in its place: it may have looked already, and would remove the name of a
    /// successor when it goes on.
    /// </remarks>
    /// <param name="port">The system.</param>
    /// <param name="folder">Where the name is.</param>
    /// <param name="file">The file. Precondition: no other thread uses this descriptor, since a lock belongs to the descriptor.</param>
    /// <param name="name">The name.</param>
    /// <param name="waits">Whether to give a holder of the lock some time. Without, one look is made.</param>
    public static NameRemoval RemoveName(RegionPort port, RegionFolder folder, SafeFileHandle file, string name, bool waits)
    {
        FileFacts facts = port.Inspect(file);
        SpinWait spin = default;
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            if (!HasName(port, folder, facts, name)) return NameRemoval.NotThisFile;
            if (port.TryLock(file, Segment.NameLock)) break;
            if (!waits || Stopwatch.GetElapsedTime(start) > s_patience) return NameRemoval.Held;
            spin.SpinOnce();
        }

        try
        {
            Steps.At("name: locked");
            bool isOurs = HasName(port, folder, facts, name);
            Steps.At("name: looked at");
            if (isOurs) port.Unlink(folder, name);
            Steps.At("name: gone");
            return isOurs ? NameRemoval.Removed : NameRemoval.NotThisFile;
        }
        finally
        {
            port.Unlock(file, Segment.NameLock);
            Steps.At("name: unlocked");
        }
    }

    /// <summary>Whether the file is the ring of a deleted queue whose journal had that path.</summary>
    public bool IsDeletedRingOf(string journal) =>
        TryReadHeader(_file, out SegmentHeader header) && header.Deleted != 0 && header.JournalId != Guid.Empty
        && string.Equals(JournalRing.PathOf(header), journal, StringComparison.Ordinal);

    /// <summary>The process that deleted the queue, as it saw its own id; 0 if nobody has, or the file is no queue.</summary>
    private static long DeleterOf(SafeFileHandle file) => TryReadHeader(file, out SegmentHeader header) ? header.Deleted : 0;

    /// <summary>Read, not mapped: a file that somebody truncates meanwhile ends the read and not this process.</summary>
    private static bool TryReadHeader(SafeFileHandle file, out SegmentHeader header)
    {
        header = default;
        return RandomAccess.Read(file, MemoryMarshal.AsBytes(new Span<SegmentHeader>(ref header)), 0) == Segment.HeaderSize
            && header.Magic == Segment.Magic && header.AbiVersion == Segment.AbiVersion;
    }

    /// <summary>The first eight bytes, which say what a file is; 0 if there are fewer.</summary>
    public static ulong MagicOf(SafeFileHandle file)
    {
        ulong magic = 0;
        return RandomAccess.Read(file, MemoryMarshal.AsBytes(new Span<ulong>(ref magic)), 0) == sizeof(ulong) ? magic : 0;
    }

    private static bool HasName(RegionPort port, RegionFolder folder, in FileFacts facts, string name) =>
        port.Inspect(folder, name) is { } found && found.IsSameFileAs(facts);

    /// <summary>
    /// Handles that have the queue open learn of it. A file of another version, or too short for a header, has no word for it.
    /// </summary>
    private void MarkDeleted()
    {
        if (!TryReadHeader(_file, out SegmentHeader header) || header.Deleted != 0) return;
        header.Deleted = Environment.ProcessId;
        long at = (byte*)&header.Deleted - (byte*)&header;
        RandomAccess.Write(_file, MemoryMarshal.AsBytes(new ReadOnlySpan<long>(ref header.Deleted)), at);
    }
}

using Microsoft.Win32.SafeHandles;
using TypedShmQueue.Journal;
using TypedShmQueue.Region;

namespace TypedShmQueue.Durable;

/// <summary>A durable queue's journal, open by a descriptor of its own, with the locks that it carries.</summary>
internal sealed class QueueJournal : IDisposable
{
    /// <summary>Held by who makes the queue's ring, out of nothing or out of the journal. Others wait for the ring.</summary>
    private const long OpeningLock = 1;

    /// <summary>
    /// Shared by every handle as long as it is attached, wherever its ring is. Whoever makes a ring holds it alone: so there is one ring.
    /// </summary>
    internal const long AttachedLock = 2;

    private readonly RegionPort _port;
    private readonly Lock _making = new();
    private JournalWriter<JournalRules>? _writer;

    /// <param name="port">The system.</param>
    /// <param name="file">The open file, which this object closes.</param>
    /// <param name="path">Its path; for messages.</param>
    /// <param name="header">What it begins with.</param>
    public QueueJournal(RegionPort port, JournalFile file, string path, JournalHeader header)
    {
        _port = port;
        File = file;
        Path = path;
        Header = header;
    }

    public JournalFile File { get; }

    public string Path { get; }

    public JournalHeader Header { get; }

    public SafeFileHandle Handle => File.Handle;

    /// <summary>The writer; made when it is first needed, since most handles never commit. Precondition: the commit lock is held.</summary>
    public JournalWriter<JournalRules> Writer
    {
        get
        {
            lock (_making) return _writer ??= new JournalWriter<JournalRules>(File, Header);
        }
    }

    public bool TryBeginOpening() => _port.TryLock(Handle, OpeningLock);

    /// <summary>Whether another handle is about to make the ring.</summary>
    public bool IsBeingOpened => _port.IsLockedByOther(Handle, OpeningLock);

    public void EndOpening() => _port.Unlock(Handle, OpeningLock);

    /// <summary>Whether no handle is attached anywhere. Then none can be before <see cref="TryAttach"/>.</summary>
    public bool TryBeAlone() => _port.TryLock(Handle, AttachedLock);

    /// <summary>Says that this handle is attached, until the file is closed. False: somebody is making a ring.</summary>
    public bool TryAttach() => _port.TryLockShared(Handle, AttachedLock);

    /// <summary>As <see cref="TryAttach"/>, for who is alone and makes the ring: nobody else asks to be alone meanwhile.</summary>
    public void AttachFromAlone() => _port.ShareLock(Handle, AttachedLock);

    public void LeaveAttached() => _port.Unlock(Handle, AttachedLock);

    public void Dispose() => File.Dispose();
}

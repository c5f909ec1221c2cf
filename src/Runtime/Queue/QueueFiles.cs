using System.ComponentModel;
using Microsoft.Win32.SafeHandles;
using TypedShmQueue.Layout;
using TypedShmQueue.Region;

namespace TypedShmQueue.CompilerServices;

/// <summary>Names of queues and the files behind them.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class QueueFiles
{
    // The name lock belongs to the open file, so it does not keep two threads of this process apart when they share one.
    private static readonly Lock s_naming = new();

    /// <summary>The whole path of the folder in which queues with these options are. Makes nothing.</summary>
    public static string DirectoryOf(ShmQueueOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return QueuePlace.DirectoryOf(options, create: false);
    }

    /// <summary>Whether a queue's file of that name exists.</summary>
    public static bool Exists(string name, ShmQueueOptions? options)
    {
        QueuePlace place = QueuePlace.Of(name, options, create: false);
        RegionPort port = RegionPort.Current;
        using RegionFolder? folder = place.TryOpenFolder(port);
        return folder != null && port.Inspect(folder, name) is { Kind: FileKind.RegularFile };
    }

    /// <summary>Deletes the queue of that name. False if there is none. A file that is no queue, or a spoilt one, is removed too.</summary>
    public static bool Delete(string name, ShmQueueOptions? options)
    {
        QueuePlace place = QueuePlace.Of(name, options, create: false);
        RegionPort port = RegionPort.Current;
        using RegionFolder? folder = place.TryOpenFolder(port);
        if (folder == null || !place.TryOpenFile(port, folder, out SafeFileHandle? file, out FileFacts facts)) return false;
        using (file)
        {
            Steps.At("delete: file open");
            if (facts.Size >= Segment.HeaderSize) MarkDeleted(port, file, name);
            Steps.At("delete: marked by name");
            return RemoveName(port, folder, file, name);
        }
    }

    /// <summary>Takes the name away from this very file. False if it has no name any more, or the name is another file's.</summary>
    internal static bool RemoveName(RegionPort port, RegionFolder folder, SafeFileHandle file, string name)
    {
        lock (s_naming)
        {
            // Only who holds this lock of a file takes its name away, so the name cannot pass to a successor between look and removal.
            port.Lock(file, Segment.NameLock);
            Steps.At("name: locked");
            try
            {
                bool isOurs = port.Inspect(folder, name) is { } found && found.IsSameFileAs(port.Inspect(file));
                Steps.At("name: looked at");
                if (isOurs) port.Unlink(folder, name);
                Steps.At("name: gone");
                return isOurs;
            }
            finally
            {
                port.Unlock(file, Segment.NameLock);
                Steps.At("name: unlocked");
            }
        }
    }

    /// <summary>Whether the file of that name is a queue that was marked deleted and still has its name. A file that is not trusted is none.</summary>
    internal static unsafe bool IsDeleted(QueuePlace place)
    {
        RegionPort port = RegionPort.Current;
        using RegionFolder? folder = place.TryOpenFolder(port);
        if (folder == null || port.Inspect(folder, place.Name) is not { } seen || !place.IsTrusted(port, seen)) return false;
        using SafeFileHandle? file = port.TryOpen(folder, place.Name);
        if (file == null || port.Inspect(file) is not { Size: >= Segment.HeaderSize } facts || !place.IsTrusted(port, facts)) return false;
        byte* address = port.Map(file, Segment.HeaderSize, place.Name);
        SegmentHeader header = *(SegmentHeader*)address;
        port.Unmap(address, Segment.HeaderSize);
        return header.Magic == Segment.Magic && header.AbiVersion == Segment.AbiVersion && header.Deleted != 0;
    }

    private static unsafe void MarkDeleted(RegionPort port, SafeFileHandle file, string name)
    {
        byte* address = port.Map(file, Segment.HeaderSize, name);
        try
        {
            SegmentHeader* header = (SegmentHeader*)address;
            if (header->Magic == Segment.Magic && header->AbiVersion == Segment.AbiVersion) Volatile.Write(ref header->Deleted, 1);
        }
        finally
        {
            port.Unmap(address, Segment.HeaderSize);
        }
    }
}

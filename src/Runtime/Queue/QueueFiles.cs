using System.ComponentModel;
using TypedShmQueue.Queue;
using TypedShmQueue.Region;

namespace TypedShmQueue.CompilerServices;

/// <summary>Names of queues and the files behind them.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class QueueFiles
{
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

    /// <summary>
    /// Deletes the queue of that name. False if there is none. A corrupt queue is removed too; a file that does not begin with a queue's
    /// mark is not.
    /// </summary>
    /// <exception cref="ShmQueueCorruptException">What has the name is no queue.</exception>
    public static bool Delete(string name, ShmQueueOptions? options)
    {
        using QueueFile? file = QueueFile.TryOpen(name, options);
        if (file == null) return false;
        Steps.At("delete: file open");
        // Held: another process is deleting it, and the queue is marked.
        return file.Delete() != NameRemoval.NotThisFile;
    }
}

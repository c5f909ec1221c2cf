using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Layout;
using TypedShmQueue.Queue;
using TypedShmQueue.Region;

namespace TypedShmQueue.Tool.Queues;

/// <summary>A folder in which queues are, and perhaps files that are no affair of this tool.</summary>
/// <param name="Queues">The names of the files that bear a queue's mark, in order.</param>
/// <param name="Others">The names of all others that a queue could have, in order.</param>
internal sealed record QueueFolder(IReadOnlyList<string> Queues, IReadOnlyList<string> Others)
{
    /// <summary>Looks at a folder. Nothing is in it if there is none: it is made with the first queue.</summary>
    /// <exception cref="DirectoryNotFoundException">The folder was asked for, and is not there.</exception>
    public static QueueFolder Of(ShmQueueOptions options)
    {
        RegionPort port = RegionPort.Current;
        // Any name will do: the place is the folder's.
        var place = QueuePlace.Of("any", options, create: false);
        using RegionFolder? folder = place.TryOpenFolder(port);
        if (folder == null)
            return options.Directory == null
                ? new QueueFolder([], [])
                : throw new DirectoryNotFoundException($"There is no folder '{place.Directory}'.");
        ILookup<bool, string> names = new DirectoryInfo(place.Directory).EnumerateFiles().Select(static file => file.Name)
            .Where(static name => ShmQueueName.IsValid(name))
            .Order(StringComparer.Ordinal).ToLookup(name => HasMark(port, folder, name));
        return new QueueFolder([.. names[true]], [.. names[false]]);
    }

    /// <summary>Whether a file begins as a queue does. What cannot be looked at does not.</summary>
    private static bool HasMark(RegionPort port, RegionFolder folder, string name)
    {
        try
        {
            if (port.Inspect(folder, name) is not { Kind: FileKind.RegularFile }) return false;
            using SafeFileHandle? file = port.TryOpen(folder, name, readOnly: true);
            Span<byte> mark = stackalloc byte[sizeof(ulong)];
            return file != null && port.Inspect(file).Kind == FileKind.RegularFile && RandomAccess.Read(file, mark, 0) == mark.Length
                && BinaryPrimitives.ReadUInt64LittleEndian(mark) == Segment.Magic;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ShmQueueCorruptException)
        {
            return false;
        }
    }
}

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using TypedShmQueue.CompilerServices;
using TypedShmQueue.Layout;
using TypedShmQueue.Queue;
using TypedShmQueue.Region;

namespace TypedShmQueue.Tool.Queues;

/// <summary>A folder in which queues are, and perhaps files that are no affair of this tool.</summary>
/// <param name="Queues">The names of the files that bear a queue's mark, in order.</param>
/// <param name="Others">The names of all others that a queue could have, in order.</param>
/// <param name="Rings">The names of the rings of durable queues, in order: their queues are where their journals are.</param>
internal sealed record QueueFolder(IReadOnlyList<string> Queues, IReadOnlyList<string> Others, IReadOnlyList<string> Rings)
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
                ? new QueueFolder([], [], [])
                : throw new DirectoryNotFoundException($"There is no folder '{place.Directory}'.");
        ILookup<Content, string> names = new DirectoryInfo(place.Directory).EnumerateFiles().Select(static file => file.Name)
            .Where(static name => ShmQueueName.IsValid(name))
            .Order(StringComparer.Ordinal).ToLookup(name => ContentOf(port, folder, name));
        return new QueueFolder([.. names[Content.Queue]], [.. names[Content.Other]], [.. names[Content.Ring]]);
    }

    private enum Content
    {
        Other,
        Queue,
        Ring,
    }

    /// <summary>What a file begins as. What cannot be looked at is no queue.</summary>
    private static Content ContentOf(RegionPort port, RegionFolder folder, string name)
    {
        try
        {
            if (port.Inspect(folder, name) is not { Kind: FileKind.RegularFile }) return Content.Other;
            using SafeFileHandle? file = port.TryOpen(folder, name, readOnly: true);
            if (file == null || port.Inspect(file).Kind != FileKind.RegularFile) return Content.Other;
            if (JournalRing.IsJournal(file)) return Content.Queue;
            SegmentHeader header = default;
            int read = RandomAccess.Read(file, MemoryMarshal.AsBytes(new Span<SegmentHeader>(ref header)), 0);
            if (read < sizeof(ulong) || header.Magic != Segment.Magic) return Content.Other;
            return header.JournalId == Guid.Empty ? Content.Queue : Content.Ring;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ShmQueueCorruptException)
        {
            return Content.Other;
        }
    }
}

using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using TypedShmQueue.Layout;
using TypedShmQueue.Region;

namespace TypedShmQueue.Inspection;

/// <summary>
/// Finds processes that go on with a queue whose file was taken away under that name (rm, logind's RemoveIPC, a cleaner of /dev/shm). They
/// send to where nobody looks, and no mark in any file says so: only /proc knows.
/// </summary>
internal static class LostFiles
{
    private const string DeletedSuffix = " (deleted)";

    /// <summary>How /proc shows a file that was made without a name, to whoever made it: "#" and a number, and always as deleted.</summary>
    private const string Nameless = "/#";

    /// <summary>
    /// The processes that have such a file open, of those that this user may look into. A queue that was deleted in order is none: its
    /// handles know.
    /// </summary>
    /// <remarks>
    /// The one who created a queue has it open without a name, so of that process it is known only that the file was of this folder.
    /// </remarks>
    /// <param name="path">The whole path that the file had.</param>
    public static IReadOnlyList<int> HoldersOf(string path)
    {
        List<int> holders = [];
        foreach (string folder in EntriesOf("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int process)
                && EntriesOf(folder + "/fd").Any(descriptor => IsLost(descriptor, path)))
                holders.Add(process);
        }

        return holders;
    }

    private static bool IsLost(string descriptor, string path)
    {
        try
        {
            if (new FileInfo(descriptor).LinkTarget is not { } target || !MayHaveBeen(target, path)) return false;
            using SafeFileHandle file = File.OpenHandle(descriptor, share: FileShare.ReadWrite | FileShare.Delete);
            SegmentHeader header = default;
            return RegionPort.Current.Inspect(file).Links == 0
                && RandomAccess.Read(file, MemoryMarshal.AsBytes(new Span<SegmentHeader>(ref header)), 0) == Segment.HeaderSize
                && header.Magic == Segment.Magic && header.Deleted == 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false; // it has ended or closed it meanwhile, or is another user's
        }
    }

    private static bool MayHaveBeen(string target, string path) =>
        string.Equals(target, path + DeletedSuffix, StringComparison.Ordinal)
        || (target.EndsWith(DeletedSuffix, StringComparison.Ordinal)
            && target.StartsWith(Path.GetDirectoryName(path) + Nameless, StringComparison.Ordinal));

    private static string[] EntriesOf(string folder)
    {
        try
        {
            return Directory.GetFileSystemEntries(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}

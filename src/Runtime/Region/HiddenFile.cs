using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TypedShmQueue.Region;

/// <summary>
/// A file under a <see cref="HiddenName"/>, as a creator leaves it when it dies. What is taken away is ours beyond doubt, on every system:
/// <see cref="LinuxTemporaryFile"/> says by which rules.
/// </summary>
internal static class HiddenFile
{
    /// <summary>Whether it is a regular file of this user, with one name.</summary>
    public static bool IsOurs(RegionPort port, in FileFacts facts) =>
        facts.Kind == FileKind.RegularFile && facts.Owner == port.CurrentUser && facts.Links == 1;

    /// <summary>Whether it begins with a queue's mark.</summary>
    public static bool IsMarked(SafeFileHandle file)
    {
        ulong magic = 0;
        return RandomAccess.Read(file, MemoryMarshal.AsBytes(new Span<ulong>(ref magic)), 0) == sizeof(ulong) && magic == QueueMark.Magic;
    }

    /// <summary>Writes the mark, if there is space.</summary>
    public static void TryMark(SafeFileHandle file)
    {
        ulong magic = QueueMark.Magic;
        try
        {
            RandomAccess.Write(file, MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(ref magic)), 0);
        }
        catch (IOException)
        {
            // There is no space, as the reservation that follows will say better.
        }
    }
}

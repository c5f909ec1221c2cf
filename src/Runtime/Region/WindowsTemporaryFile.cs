using Microsoft.Win32.SafeHandles;
using static TypedShmQueue.Region.WindowsNative;

namespace TypedShmQueue.Region;

/// <summary>A file under a hidden name, exchanged for the real one by a rename that replaces nothing.</summary>
/// <remarks>
/// A creator that dies leaves the hidden name behind, and so does a queue that is deleted while somebody has it mapped: Windows removes no
/// such file. The next creator in the folder takes both away, by the rules of <see cref="LinuxTemporaryFile"/>.
/// </remarks>
internal sealed class WindowsTemporaryFile : UnpublishedFile
{
    /// <summary>Far from the bytes that the segment's locks are on, so it may stay with the file when it is a queue.</summary>
    private const long CreatorLock = 1L << 40;

    private readonly WindowsRegionPort _port;
    private readonly RegionFolder _folder;
    private readonly string _name;
    private bool _published;

    private WindowsTemporaryFile(WindowsRegionPort port, SafeFileHandle handle, RegionFolder folder, string name) : base(handle)
    {
        _port = port;
        _folder = folder;
        _name = name;
    }

    public static WindowsTemporaryFile Create(WindowsRegionPort port, RegionFolder folder, string queueName, uint attributes,
        UnixFileMode permissions)
    {
        _ = RemoveLeftovers(port, folder, dryRun: false, emptyToo: false);
        while (true)
        {
            string name = HiddenName.Of(HiddenName.OfNew, queueName);
            WindowsTemporaryFile file = new(port, port.CreateFile(folder, name, attributes, permissions), folder, name);
            Steps.At("create: hidden name without a mark");
            if (port.TryLock(file.Handle, CreatorLock) && port.HasName(folder, name, file.Handle))
            {
                HiddenFile.TryMark(file.Handle);
                Steps.At("create: hidden name");
                return file;
            }

            // Taken for a leftover in the instant before the lock.
            file.Dispose();
            file.Handle.Dispose();
        }
    }

    public static IReadOnlyList<string> RemoveLeftovers(WindowsRegionPort port, RegionFolder folder, bool dryRun, bool emptyToo)
    {
        List<string> removed = [];
        foreach (string name in HiddenName.In(folder, HiddenName.OfNew))
        {
            if (HiddenName.HasForm(name, HiddenName.OfNew) && Remove(port, folder, name, dryRun, emptyToo, isNew: true)) removed.Add(name);
        }

        foreach (string name in HiddenName.In(folder, HiddenName.OfOld))
        {
            if (HiddenName.HasForm(name, HiddenName.OfOld) && Remove(port, folder, name, dryRun, emptyToo, isNew: false)) removed.Add(name);
        }

        return removed;
    }

    private static bool Remove(WindowsRegionPort port, RegionFolder folder, string name, bool dryRun, bool emptyToo, bool isNew)
    {
        try
        {
            if (port.Inspect(folder, name) is not { } seen || !HiddenFile.IsOurs(port, seen)) return false;
            using SafeFileHandle? left = port.TryOpen(folder, name);
            if (left == null) return false;
            FileFacts facts = port.Inspect(left);
            if (!HiddenFile.IsOurs(port, facts) || !(HiddenFile.IsMarked(left) || (emptyToo && facts.Size == 0))) return false;
            if (isNew && (dryRun ? port.IsLockedByOther(left, CreatorLock) : !port.TryLock(left, CreatorLock))) return false;
            return dryRun || port.TryRemoveHidden(folder, name, facts);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ShmQueueException)
        {
            return false; // gone meanwhile, or not ours to open
        }
    }

    public override bool TryPublish(RegionFolder folder, string name)
    {
        int status = WindowsRegionPort.Rename(Handle, folder, name);
        _published = status == 0;
        if (_published) return true;
        return status == StatusNameCollision ? false : throw WindowsErrors.ForFile(folder.PathOf(name), name, status);
    }

    public override void Dispose()
    {
        if (!_published) _port.Unlink(_folder, _name);
    }
}

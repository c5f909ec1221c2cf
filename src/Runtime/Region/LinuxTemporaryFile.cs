using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static TypedShmQueue.Region.LinuxLibc;

namespace TypedShmQueue.Region;

/// <summary>For file systems without <c>O_TMPFILE</c>: a hidden name, exchanged for the real one by a rename that replaces nothing.</summary>
/// <remarks>
/// A creator that dies leaves its hidden name behind, and the next creator in the folder takes it away. The living are told from the dead by a lock, as
/// participants are: whoever gets a hidden file's lock may remove that name. A creator that finds it was not the first to its own begins anew.
/// </remarks>
internal sealed class LinuxTemporaryFile : UnpublishedFile
{
    // A name of a queue never starts with a dot, so these never clash with one.
    private const string Prefix = ".new-";

    /// <summary>Far from the bytes that the segment's locks are on, so it may stay with the file when it is a queue.</summary>
    private const long CreatorLock = long.MaxValue - 1;

    private static readonly EnumerationOptions s_hiddenToo = new() { AttributesToSkip = FileAttributes.None };

    private readonly RegionFolder _folder;
    private readonly string _name;
    private bool _published;

    private LinuxTemporaryFile(SafeFileHandle handle, RegionFolder folder, string name) : base(handle)
    {
        _folder = folder;
        _name = name;
    }

    public static LinuxTemporaryFile Create(RegionPort port, RegionFolder folder, string queueName)
    {
        _ = RemoveLeftovers(port, folder, dryRun: false);
        while (true)
        {
            string name = $"{Prefix}{queueName}-{Guid.NewGuid():N}";
            int descriptor = OpenAt(folder.Handle, name, OpenReadWrite | OpenCreate | OpenExclusive | OpenNoFollow | OpenCloseOnExec, 0x180 /* 0600 */);
            if (descriptor < 0) throw RegionErrors.ForDirectory(folder.Path, Marshal.GetLastPInvokeError());
            Steps.At("create: hidden name");
            LinuxTemporaryFile file = new(new SafeFileHandle(descriptor, ownsHandle: true), folder, name);
            if (port.TryLock(file.Handle, CreatorLock) && port.Inspect(file.Handle).Links == 1) return file;

            // Taken for a leftover in the instant before the lock.
            file.Dispose();
            file.Handle.Dispose();
        }
    }

    public static IReadOnlyList<string> RemoveLeftovers(RegionPort port, RegionFolder folder, bool dryRun)
    {
        List<string> removed = [];
        foreach (string name in HiddenNames(folder))
        {
            int descriptor = OpenAt(folder.Handle, name, OpenReadWrite | OpenNoFollow | OpenNonBlocking | OpenCloseOnExec, 0);
            if (descriptor < 0) continue; // gone meanwhile, or not ours to open
            using SafeFileHandle left = new(descriptor, ownsHandle: true);
            bool isLeft = dryRun ? !port.IsLockedByOther(left, CreatorLock) : port.TryLock(left, CreatorLock) && UnlinkAt(folder.Handle, name, 0) == 0;
            if (isLeft) removed.Add(name);
        }

        return removed;
    }

    private static string[] HiddenNames(RegionFolder folder)
    {
        try
        {
            return [.. Directory.EnumerateFiles(folder.Path, Prefix + "*", s_hiddenToo).Select(p => Path.GetFileName(p))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // No descriptor left, or a folder that may be written but not read. Creation goes on, and says itself what it cannot do.
            return [];
        }
    }

    public override bool TryPublish(RegionFolder folder, string name)
    {
        _published = RenameAt2(_folder.Handle, _name, folder.Handle, name, RenameNoReplace) == 0;
        if (_published) return true;
        int error = Marshal.GetLastPInvokeError();
        return error == Exists ? false : throw RegionErrors.ForFile(folder.PathOf(name), name, error);
    }

    public override void Dispose()
    {
        if (!_published) _ = UnlinkAt(_folder.Handle, _name, 0);
    }
}

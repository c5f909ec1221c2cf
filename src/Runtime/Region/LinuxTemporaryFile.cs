using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static TypedShmQueue.Region.LinuxLibc;

namespace TypedShmQueue.Region;

/// <summary>
/// For file systems without <c>O_TMPFILE</c>: a hidden name, exchanged for the real one by a rename that replaces nothing.
/// </summary>
/// <remarks>
/// <para>A creator that dies leaves its hidden name behind, and the next creator in the folder takes it away. A lock distinguishes the
/// living from the dead, as participants are: whoever gets a hidden file's lock may remove that name. A creator that finds it was not the
/// first to its own begins anew.</para>
/// <para>What is taken away is ours beyond doubt: a regular file of this user, with a name of exactly our form, that begins with a queue's
/// mark. The folder may be shared (/tmp), and others may use names that begin like ours. So the mark is the first thing that a creator
/// writes. One that dies before that, within a few instructions, leaves an empty file. No creator removes that on its own account: it is
/// removed where somebody asks for it (<c>shmq gc</c>), and nothing is lost with it.</para>
/// </remarks>
internal sealed class LinuxTemporaryFile : UnpublishedFile
{
    /// <summary>Far from the bytes that the segment's locks are on, so it may stay with the file when it is a queue.</summary>
    private const long CreatorLock = long.MaxValue - 1;

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
        _ = RemoveLeftovers(port, folder, dryRun: false, emptyToo: false);
        while (true)
        {
            string name = HiddenName.Of(HiddenName.OfNew, queueName);
            int descriptor = OpenAt(folder.Handle, name, OpenReadWrite | OpenCreate | OpenExclusive | OpenNoFollow | OpenCloseOnExec,
                0x180 /* 0600 */);
            if (descriptor < 0) throw RegionErrors.ForDirectory(folder.Path, Marshal.GetLastPInvokeError());
            LinuxTemporaryFile file = new(new SafeFileHandle(descriptor, ownsHandle: true), folder, name);
            Steps.At("create: hidden name without a mark");
            if (port.TryLock(file.Handle, CreatorLock) && port.Inspect(file.Handle).Links == 1)
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

    public static IReadOnlyList<string> RemoveLeftovers(RegionPort port, RegionFolder folder, bool dryRun, bool emptyToo)
    {
        List<string> removed = [];
        foreach (string name in HiddenName.In(folder, HiddenName.OfNew))
        {
            // By name first: to open a pipe or a device can have effects. What counts is the look through the descriptor.
            if (!HiddenName.HasForm(name, HiddenName.OfNew) || port.Inspect(folder, name) is not { } seen
                || !HiddenFile.IsOurs(port, seen)) continue;
            int descriptor = OpenAt(folder.Handle, name, OpenReadWrite | OpenNoFollow | OpenNonBlocking | OpenCloseOnExec, 0);
            if (descriptor < 0) continue; // gone meanwhile, or not ours to open
            using SafeFileHandle left = new(descriptor, ownsHandle: true);
            FileFacts facts = port.Inspect(left);
            if (!HiddenFile.IsOurs(port, facts) || !(HiddenFile.IsMarked(left) || (emptyToo && facts.Size == 0))) continue;
            bool isLeft = dryRun
                ? !port.IsLockedByOther(left, CreatorLock)
                : port.TryLock(left, CreatorLock) && port.Inspect(folder, name) is { } named && named.IsSameFileAs(facts)
                    && UnlinkAt(folder.Handle, name, 0) == 0;
            if (isLeft) removed.Add(name);
        }

        return removed;
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

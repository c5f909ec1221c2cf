using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static TypedShmQueue.Region.LinuxLibc;

namespace TypedShmQueue.Region;

/// <summary>A file made by <c>O_TMPFILE</c>: it has no name until it is linked, so a creator that dies leaves nothing behind.</summary>
internal sealed class LinuxNamelessFile(SafeFileHandle handle) : UnpublishedFile(handle)
{
    public override bool TryPublish(RegionFolder folder, string name)
    {
        string self = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{(int)Handle.DangerousGetHandle()}");
        if (LinkAt(AtCurrentDirectory, self, folder.Handle, name, AtSymlinkFollow) == 0) return true;
        int error = Marshal.GetLastPInvokeError();
        return error == Exists ? false : throw RegionErrors.ForFile(folder.PathOf(name), name, error);
    }

    public override void Dispose()
    {
        // The kernel forgets a nameless file with its last descriptor.
    }
}

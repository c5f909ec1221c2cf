using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static TypedShmQueue.Region.LinuxLibc;

namespace TypedShmQueue.Region;

/// <summary>For file systems without <c>O_TMPFILE</c>: a hidden name, exchanged for the real one by a rename that replaces nothing.</summary>
internal sealed class LinuxTemporaryFile : UnpublishedFile
{
    // A name of a queue never starts with a dot, so these never clash with one.
    private const string Prefix = ".new-";

    private readonly RegionFolder _folder;
    private readonly string _name;
    private bool _published;

    private LinuxTemporaryFile(SafeFileHandle handle, RegionFolder folder, string name) : base(handle)
    {
        _folder = folder;
        _name = name;
    }

    public static LinuxTemporaryFile Create(RegionFolder folder, string queueName)
    {
        string name = $"{Prefix}{queueName}-{Guid.NewGuid():N}";
        int descriptor = OpenAt(folder.Handle, name, OpenReadWrite | OpenCreate | OpenExclusive | OpenNoFollow | OpenCloseOnExec, 0x180 /* 0600 */);
        if (descriptor < 0) throw RegionErrors.ForDirectory(folder.Path, Marshal.GetLastPInvokeError());
        return new LinuxTemporaryFile(new SafeFileHandle(descriptor, ownsHandle: true), folder, name);
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

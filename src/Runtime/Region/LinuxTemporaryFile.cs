using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static TypedShmQueue.Region.LinuxLibc;

namespace TypedShmQueue.Region;

/// <summary>For file systems without <c>O_TMPFILE</c>: a hidden name, exchanged for the real one by a rename that replaces nothing.</summary>
internal sealed class LinuxTemporaryFile : UnpublishedFile
{
    // A name of a queue never starts with a dot, so these never clash with one.
    private const string Prefix = ".new-";

    private readonly string _path;
    private bool _published;

    private LinuxTemporaryFile(SafeFileHandle handle, string path) : base(handle) => _path = path;

    public static LinuxTemporaryFile Create(string directory, string queueName)
    {
        string path = Path.Combine(directory, $"{Prefix}{queueName}-{Guid.NewGuid():N}");
        int descriptor = Open(path, OpenReadWrite | OpenCreate | OpenExclusive | OpenNoFollow | OpenCloseOnExec, 0x180 /* 0600 */);
        if (descriptor < 0) throw RegionErrors.ForDirectory(directory, Marshal.GetLastPInvokeError());
        return new LinuxTemporaryFile(new SafeFileHandle(descriptor, ownsHandle: true), path);
    }

    public override bool TryPublish(string path)
    {
        _published = RenameAt2(AtCurrentDirectory, _path, AtCurrentDirectory, path, RenameNoReplace) == 0;
        if (_published) return true;
        int error = Marshal.GetLastPInvokeError();
        return error == Exists ? false : throw RegionErrors.ForFile(path, Path.GetFileName(path), error);
    }

    public override void Dispose()
    {
        if (!_published) _ = LinuxLibc.Unlink(_path);
    }
}

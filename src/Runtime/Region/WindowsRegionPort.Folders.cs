using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static TypedShmQueue.Region.WindowsNative;

namespace TypedShmQueue.Region;

/// <content>Folders of queues.</content>
internal sealed unsafe partial class WindowsRegionPort
{
    /// <summary>
    /// A folder for each start of the machine, so that queues in memory end with it, as memory does: what a power failure leaves of a file
    /// that was never written on purpose is no queue.
    /// </summary>
    public override string DefaultDirectory(bool create)
    {
        string root = RootDirectory;
        string path = Path.Combine(root, BootClock.Start.ToString("x5", CultureInfo.InvariantCulture));
        if (!create) return path;
        MakeFolder(root);
        if (MakeFolder(path)) RemoveEarlierStarts(root, path);
        return path;
    }

    public override string WayRoundDefault =>
        $"Set the environment variable {LinuxRegionPort.DirectoryVariable} to another folder in every process that shares queues, or set "
        + "ShmQueueOptions.Directory.";

    private static string RootDirectory
    {
        get
        {
            if (Environment.GetEnvironmentVariable(LinuxRegionPort.DirectoryVariable) is { Length: > 0 } named)
                return Path.IsPathFullyQualified(named)
                    ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(named))
                    : throw new DirectoryNotFoundException($"The environment variable {LinuxRegionPort.DirectoryVariable} is '{named}', "
                        + "but it must be an absolute path, which begins with a drive. Every process that shares queues needs the same "
                        + "value.");
            string local = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
            return local.Length > 0 ? Path.Combine(local, "TypedShmQueue") : throw new DirectoryNotFoundException("This user has no folder "
                + $"for local data (%LOCALAPPDATA%), as some services have none. Set the environment variable "
                + $"{LinuxRegionPort.DirectoryVariable}, or set ShmQueueOptions.Directory.");
        }
    }

    public override RegionFolder? TryOpenFolder(string path)
    {
        const uint List = 0x1, Traverse = 0x20;
        // Not even asked for: a server that is away would be waited for.
        if (IsOnNetwork(path)) throw WindowsErrors.OnNetwork(path);
        SafeFileHandle handle = WindowsNative.CreateFile(Long(path), List | Traverse | ReadAttributes | ReadControl | Synchronize,
            ShareAll, 0, OpenExisting, BackupSemantics | OpenReparsePointFlag, 0);
        if (handle.IsInvalid)
        {
            int error = Marshal.GetLastPInvokeError();
            handle.Dispose();
            return error is ErrorFileNotFound or ErrorPathNotFound ? null : throw WindowsErrors.ForOpenFolder(path, error);
        }

        try
        {
            if (KindOf(handle, AttributesOf(handle)) != FileKind.Directory) throw WindowsErrors.NoFolder(path);
            const int RemoteSize = 256;
            byte* remote = stackalloc byte[RemoteSize];
            if (GetFileInformationByHandleEx(handle, ClassRemoteProtocol, remote, RemoteSize) != 0) throw WindowsErrors.OnNetwork(path);
            return new RegionFolder(handle, path);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    private static bool IsOnNetwork(string path)
    {
        if (path.StartsWith(@"\\?\UNC\", StringComparison.OrdinalIgnoreCase)) return true;
        if (path.StartsWith(@"\\?\", StringComparison.Ordinal) || path.StartsWith(@"\\.\", StringComparison.Ordinal)) return false;
        return path.StartsWith(@"\\", StringComparison.Ordinal)
            || (path.Length > 2 && path[1] == ':' && GetDriveType(path[..2] + "\\") == DriveRemote);
    }

    private static string RootOrNothing()
    {
        try
        {
            return RootDirectory + "\\";
        }
        catch (DirectoryNotFoundException)
        {
            return "\0";
        }
    }

    /// <summary>Makes a folder for this user alone. False: it is there.</summary>
    private bool MakeFolder(string path)
    {
        nint descriptor = _trust.NewDescriptor(UnixFileMode.UserRead, isFolder: true);
        try
        {
            SecurityAttributes security = new() { Length = (uint)sizeof(SecurityAttributes), Descriptor = descriptor };
            if (CreateDirectory(Long(path), &security) != 0) return true;
            int error = Marshal.GetLastPInvokeError();
            return error == ErrorAlreadyExists ? false : throw WindowsErrors.ForCreateFolder(path, error);
        }
        finally
        {
            _ = LocalFree(descriptor);
        }
    }

    /// <summary>What is left of earlier starts of the machine is nobody's.</summary>
    private static void RemoveEarlierStarts(string root, string current)
    {
        const int NameLength = 5;
        try
        {
            foreach (string folder in Directory.EnumerateDirectories(root))
            {
                string name = Path.GetFileName(folder);
                if (name.Length == NameLength && name.All(char.IsAsciiHexDigitLower)
                    && !string.Equals(folder, current, StringComparison.OrdinalIgnoreCase)) Directory.Delete(folder, recursive: true);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next start tries again.
        }
    }
}

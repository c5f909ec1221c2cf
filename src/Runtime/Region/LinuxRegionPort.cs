using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static TypedShmQueue.Region.LinuxLibc;

namespace TypedShmQueue.Region;

/// <summary>
/// Regions on Linux: a file on tmpfs (or on disk), made without a name by <c>O_TMPFILE</c> and linked when it is whole, so that a
/// creator that dies leaves nothing; and open-file-description locks, which the kernel drops with their process.
/// </summary>
internal sealed unsafe class LinuxRegionPort : RegionPort
{
    /// <summary>
    /// An <see cref="AppContext"/> switch: true makes this process do without <c>O_TMPFILE</c>, as on a file system without it.
    /// </summary>
    public const string DisableNamelessSwitch = "TypedShmQueue.DisableNamelessFiles";

    /// <summary>The environment variable that names another default folder.</summary>
    public const string DirectoryVariable = "TYPEDSHMQUEUE_DIRECTORY";

    private const string SharedMemoryRoot = "/dev/shm";
    private const uint OwnerOnly = 0x1c0; // 0700

    /// <summary>
    /// So many descriptors a bystander leaves to others: the runtime needs some to load an assembly, or to say what is wrong.
    /// </summary>
    private const ulong DescriptorsLeft = 16;

    private static readonly bool s_namelessDisabled = AppContext.TryGetSwitch(DisableNamelessSwitch, out bool disabled) && disabled;

    public override uint CurrentUser => EffectiveUser();

    public override string DefaultDirectory(bool create)
    {
        string path = NamedDefault ?? $"{SharedMemoryRoot}/typedshmqueue-{CurrentUser}";
        if (!create) return path;
        bool isNew = MakeDirectory(path, OwnerOnly) == 0;
        if (!isNew && Marshal.GetLastPInvokeError() is var error and not Exists) throw RegionErrors.ForDirectory(path, error);
        OpenToOwner(path, isNew);
        return path;
    }

    public override string WayRoundDefault
    {
        get
        {
            // The login's own folder, where there is one, is memory and nobody else's.
            string example = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime
                ? $"{runtime}/typedshmqueue"
                : $"{SharedMemoryRoot}/another-name";
            return $"Set the environment variable {DirectoryVariable} to another folder (such as {example}) in every process that shares "
                + $"queues, or set ShmQueueOptions.Directory.";
        }
    }

    /// <exception cref="DirectoryNotFoundException">The variable holds no whole path.</exception>
    private static string? NamedDefault
    {
        get
        {
            if (Environment.GetEnvironmentVariable(DirectoryVariable) is not { Length: > 0 } named) return null;
            return Path.IsPathFullyQualified(named)
                ? Path.TrimEndingDirectorySeparator(Path.GetFullPath(named))
                : throw new DirectoryNotFoundException(
                $"The environment variable {DirectoryVariable} is '{named}', but it must be an absolute path, which begins with '/'. "
                    + $"Every process that shares queues needs the same value.");
        }
    }

    /// <summary>
    /// A umask may take the owner's own bits from a folder that is made, and whoever made it may have died before it could give them back.
    /// Never touches a folder of another user's, or one with any permission: that may be meant.
    /// </summary>
    private void OpenToOwner(string path, bool isNew)
    {
        using SafeFileHandle folder = new(Open(path, OpenPathOnly | OpenDirectory | OpenNoFollow | OpenCloseOnExec, 0), ownsHandle: true);
        if (folder.IsInvalid) return; // whoever opens it next says why
        FileFacts facts = Inspect(folder);
        if (facts.Owner != CurrentUser || (facts.Permissions & (UnixFileMode)OwnerOnly) == (UnixFileMode)OwnerOnly) return;
        if (!isNew && facts.Permissions != UnixFileMode.None) return;
        // The descriptor leads to the folder only, and the name may be another's by now.
        _ = ChangeModeOf(string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{(int)folder.DangerousGetHandle()}"), OwnerOnly);
    }

    public override RegionFolder? TryOpenFolder(string path)
    {
        int descriptor = Open(path, OpenPathOnly | OpenDirectory | OpenNoFollow | OpenCloseOnExec, 0);
        if (descriptor >= 0) return new RegionFolder(new SafeFileHandle(descriptor, ownsHandle: true), path);

        int error = Marshal.GetLastPInvokeError();
        return error == NoEntry ? null : throw RegionErrors.ForOpenDirectory(path, error);
    }

    public override UnpublishedFile CreateUnpublished(RegionFolder folder, string queueName, long size, UnixFileMode permissions)
    {
        UnpublishedFile file = OpenUnpublished(folder, queueName);
        Steps.At("create: file open");
        try
        {
            // The permissions are what was asked for, whatever the umask made of the mode given to open.
            if (ChangeMode(file.Handle, (uint)permissions) != 0)
                throw RegionErrors.ForFile(folder.Path, queueName, Marshal.GetLastPInvokeError());
            Steps.At("create: permissions set");
            Reserve(file.Handle, folder.Path, queueName, size);
            return file;
        }
        catch
        {
            file.Dispose();
            file.Handle.Dispose();
            throw;
        }
    }

    private UnpublishedFile OpenUnpublished(RegionFolder folder, string queueName)
    {
        if (s_namelessDisabled) return LinuxTemporaryFile.Create(this, folder, queueName);
        int descriptor = OpenAt(folder.Handle, ".", OpenTemporary | OpenReadWrite | OpenCloseOnExec, 0x180 /* 0600 */);
        if (descriptor >= 0) return new LinuxNamelessFile(new SafeFileHandle(descriptor, ownsHandle: true));

        int error = Marshal.GetLastPInvokeError();
        // A file system without O_TMPFILE says so in one of these ways.
        if (error is NotSupported or IsDirectory or Invalid) return LinuxTemporaryFile.Create(this, folder, queueName);
        throw RegionErrors.ForDirectory(folder.Path, error);
    }

    public override IReadOnlyList<string> RemoveLeftovers(RegionFolder folder, bool dryRun = false, bool emptyToo = false) =>
        LinuxTemporaryFile.RemoveLeftovers(this, folder, dryRun, emptyToo);

    /// <summary>Without a reservation a full file system would be a bus error at some later store; so it is an error now.</summary>
    private static void Reserve(SafeFileHandle file, string directory, string queueName, long size)
    {
        // Beyond this limit the system sends a signal beside the error, and that ends the process.
        if (GetLimit(FileSizeLimit, out ResourceLimit limit) == 0 && (ulong)size > limit.Soft)
            throw RegionErrors.ForReserve(directory, queueName, size, FileTooBig);

        int error;
        do error = Allocate(file, 0, 0, size) == 0 ? 0 : Marshal.GetLastPInvokeError();
        while (error == Interrupted);

        if (error == NotSupported) error = AllocatePortably(file, 0, size);
        if (error != 0) throw RegionErrors.ForReserve(directory, queueName, size, error);
    }

    public override SafeFileHandle? TryOpen(RegionFolder folder, string queueName, bool readOnly = false)
    {
        // Non-blocking, so that a pipe in the file's place is refused by what it is and not waited for.
        int descriptor = OpenAt(folder.Handle, queueName,
            (readOnly ? OpenReadOnly : OpenReadWrite) | OpenNoFollow | OpenNonBlocking | OpenCloseOnExec, 0);
        if (descriptor >= 0)
        {
            SafeFileHandle file = new(descriptor, ownsHandle: true);
            // The lowest free number is given out, so this one tells how many are left.
            if (!readOnly || GetLimit(OpenFilesLimit, out ResourceLimit limit) != 0 || (ulong)descriptor + DescriptorsLeft < limit.Soft)
                return file;
            file.Dispose();
            throw RegionErrors.ForFile(folder.PathOf(queueName), queueName, TooManyFiles);
        }

        int error = Marshal.GetLastPInvokeError();
        return error == NoEntry ? null : throw RegionErrors.ForFile(folder.PathOf(queueName), queueName, error);
    }

    public override FileFacts Inspect(SafeFileHandle file)
    {
        StatxBuffer buffer;
        if (Stat(file, "", AtEmptyPath, StatxBasic, &buffer) != 0)
            throw new IOException($"The state of a queue's file or folder cannot be read (errno {Marshal.GetLastPInvokeError()}).");
        return Facts(buffer);
    }

    public override FileFacts? Inspect(RegionFolder folder, string name)
    {
        StatxBuffer buffer;
        if (Stat(folder.Handle, name, AtSymlinkNoFollow, StatxBasic, &buffer) == 0) return Facts(buffer);

        int error = Marshal.GetLastPInvokeError();
        return error == NoEntry ? null : throw RegionErrors.ForFile(folder.PathOf(name), name, error);
    }

    private static FileFacts Facts(in StatxBuffer s)
    {
        const int KindMask = 0xf000, RegularFile = 0x8000, Directory = 0x4000, SymbolicLink = 0xa000, PermissionMask = 0xfff;
        FileKind kind = (s.Mode & KindMask) switch
        {
            RegularFile => FileKind.RegularFile,
            Directory => FileKind.Directory,
            SymbolicLink => FileKind.SymbolicLink,
            _ => FileKind.Other,
        };
        return new FileFacts(kind, ((ulong)s.DeviceMajor << 32) | s.DeviceMinor, s.Inode, s.Owner, (UnixFileMode)(s.Mode & PermissionMask),
            s.Links, (long)s.Size);
    }

    public override byte* Map(SafeFileHandle file, long length, string queueName, bool readOnly = false)
    {
        byte* address = LinuxLibc.Map(null, (nuint)length, readOnly ? ProtectRead : ProtectReadWrite, MapShared, file, 0);
        return address != (byte*)-1 ? address : throw RegionErrors.ForMap(queueName, length, Marshal.GetLastPInvokeError());
    }

    public override int Populate(byte* address, long length)
    {
        int error;
        do error = AdviseMemory(address, (nuint)length, AdvicePopulateWrite) == 0 ? 0 : Marshal.GetLastPInvokeError();
        while (error == Interrupted);

        // Invalid: before Linux 5.14. Each page is read too: on a virtual machine, the one around it may still have to find the page, which
        // was measured to take 7 us of 13.
        return error is 0 or Invalid ? base.Populate(address, length) : error;
    }

    public override byte* TryMap(SafeFileHandle file, long length)
    {
        // Whoever closed the file let its locks go with it, and has no more to say to anybody.
        if (file.IsClosed) return null;
        byte* address = LinuxLibc.Map(null, (nuint)length, ProtectReadWrite, MapShared, file, 0);
        return address != (byte*)-1 ? address : null;
    }

    public override void ReplaceByZeroPages(byte* address, long length)
    {
        // MAP_FIXED replaces the pages in one step: a thread that is still reading meets either the old ones or zeros, never a hole.
        const int Zeros = MapAnonymous | MapFixed | MapNoReserve;
        byte* result = LinuxLibc.Map(address, (nuint)length, ProtectReadWrite, MapPrivate | Zeros, -1, 0);
        // Private pages count against RLIMIT_DATA, which the process may have reached. Shared ones do not, and nobody else has these.
        if (result != address) result = LinuxLibc.Map(address, (nuint)length, ProtectReadWrite, MapShared | Zeros, -1, 0);
        if (result != address)
            throw new IOException($"A queue's memory cannot be unmapped (errno {Marshal.GetLastPInvokeError()}); "
                + $"it stays mapped until the process ends.");
    }

    public override void Unmap(byte* address, long length) => _ = LinuxLibc.Unmap(address, (nuint)length);

    public override bool TryLock(SafeFileHandle file, long offset)
    {
        int error = Control(file, OfdSetLock, LockWrite, offset, out _);
        if (error == 0) return true;
        if (error is Again or Access) return false;
        throw LockFailed(error);
    }

    public override bool TryLockShared(SafeFileHandle file, long offset)
    {
        int error = Control(file, OfdSetLock, LockRead, offset, out _);
        if (error == 0) return true;
        if (error is Again or Access) return false;
        throw LockFailed(error);
    }

    public override string? WhyNotDurable(SafeFileHandle file)
    {
        const int StatfsSize = 256, Tmpfs = 0x01021994, Ramfs = unchecked((int)0x858458f6), Nfs = 0x6969, Smb = 0x517b,
            Cifs = unchecked((int)0xff534d42), Smb2 = unchecked((int)0xfe534d42), Ceph = 0x00c36400, NineP = 0x01021997;
        byte* facts = stackalloc byte[StatfsSize];
        if (FileSystemOf(file, facts) != 0) return null;
        return *(int*)facts switch
        {
            Tmpfs or Ramfs => "a file system in memory (tmpfs), which a power failure empties",
            Nfs or Smb or Cifs or Smb2 or Ceph or NineP => "a network file system, whose locks and writes other machines see late",
            _ => null,
        };
    }

    public override void Unlock(SafeFileHandle file, long offset)
    {
        int error = Control(file, OfdSetLock, LockNone, offset, out _);
        if (error != 0) throw LockFailed(error);
    }

    public override bool IsLockedByOther(SafeFileHandle file, long offset)
    {
        int error = Control(file, OfdGetLock, LockWrite, offset, out FileLock found);
        return error == 0 ? found.Type != LockNone : throw LockFailed(error);
    }

    private static int Control(SafeFileHandle file, int command, short type, long offset, out FileLock result)
    {
        FileLock fileLock = new() { Type = type, Whence = 0, Start = offset, Length = 1 };
        int error = LinuxLibc.Control(file, command, &fileLock) == 0 ? 0 : Marshal.GetLastPInvokeError();
        result = fileLock;
        return error;
    }

    private static IOException LockFailed(int error) =>
        new($"A lock on the queue's file failed (errno {error}); the file system must support open-file-description locks (tmpfs, ext4, "
            + $"xfs and btrfs do).");

    public override void Flush(SafeFileHandle file, RegionFolder folder)
    {
        Flush(file, folder.Path);

        // The folder's own descriptor only leads to it.
        int descriptor = OpenAt(folder.Handle, ".", OpenReadOnly | OpenDirectory | OpenCloseOnExec, 0);
        if (descriptor < 0) throw RegionErrors.ForOpenDirectory(folder.Path, Marshal.GetLastPInvokeError());
        using SafeFileHandle names = new(descriptor, ownsHandle: true);
        Flush(names, folder.Path);
    }

    private static void Flush(SafeFileHandle file, string directory)
    {
        int error;
        do error = LinuxLibc.Flush(file) == 0 ? 0 : Marshal.GetLastPInvokeError();
        while (error == Interrupted);

        // A file system that has nothing to write to says that it cannot.
        if (error is not (0 or Invalid or ReadOnlyFileSystem))
            throw new IOException($"The disk has not written all of a queue in '{directory}' (errno {error}), so a power failure may leave "
                + $"the queue corrupt. Check the disk and the system's log.");
    }

    public override int SyncData(SafeFileHandle file)
    {
        int error;
        do error = FlushData(file) == 0 ? 0 : Marshal.GetLastPInvokeError();
        while (error == Interrupted);

        return error;
    }

    public override SafeFileHandle? TryOpenPastCache(SafeFileHandle file)
    {
        // By its descriptor and not by its name, which may belong to another file by now.
        string self = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{(int)file.DangerousGetHandle()}");
        int descriptor = Open(self, OpenReadOnly | OpenPastCache | OpenNonBlocking | OpenCloseOnExec, 0);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true) : null;
    }

    public override void DropCached(SafeFileHandle file, long offset, long length) =>
        _ = Advise(file, offset, length, AdviceNotNeeded); // advice: there is nothing to do if it is not taken

    public override void Unlink(RegionFolder folder, string name)
    {
        if (UnlinkAt(folder.Handle, name, 0) != 0 && Marshal.GetLastPInvokeError() is var error and not NoEntry)
            throw RegionErrors.ForFile(folder.PathOf(name), name, error);
    }
}

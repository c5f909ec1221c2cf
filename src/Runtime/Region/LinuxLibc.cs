using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TypedShmQueue.Region;

/// <summary>The C library's entry points and numbers, for Linux on x64 and arm64 (asm-generic except where said).</summary>
internal static unsafe partial class LinuxLibc
{
    public const int OpenReadOnly = 0x0;
    public const int OpenReadWrite = 0x2;
    public const int OpenCreate = 0x40;
    public const int OpenExclusive = 0x80;
    public const int OpenNonBlocking = 0x800;
    public const int OpenCloseOnExec = 0x80000;
    public const int OpenPathOnly = 0x200000;

    public const int AtCurrentDirectory = -100;
    public const int AtSymlinkNoFollow = 0x100;
    public const int AtSymlinkFollow = 0x400;
    public const int AtEmptyPath = 0x1000;

    public const int ProtectRead = 0x1;
    public const int ProtectReadWrite = 0x3;
    public const int MapShared = 0x1;
    public const int MapPrivate = 0x2;
    public const int MapFixed = 0x10;
    public const int MapAnonymous = 0x20;
    public const int MapNoReserve = 0x4000;

    public const int OfdGetLock = 36;
    public const int OfdSetLock = 37;
    public const short LockRead = 0;
    public const short LockWrite = 1;
    public const short LockNone = 2;

    public const int AdviceNotNeeded = 4;
    public const int AdvicePopulateWrite = 23;

    public const int FileSizeLimit = 1;
    public const int OpenFilesLimit = 7;

    public const uint RenameNoReplace = 1;
    public const uint StatxBasic = 0x7ff;

    public const int NoEntry = 2, Interrupted = 4, NoDevice = 6, Again = 11, NoMemory = 12, Access = 13, Exists = 17, NotDirectory = 20,
        IsDirectory = 21, Invalid = 22, TooManyFilesInSystem = 23, TooManyFiles = 24, FileTooBig = 27, NoSpace = 28,
            ReadOnlyFileSystem = 30,
        NotImplemented = 38, TooManyLinks = 40, NotSupported = 95, DiskQuota = 122, NotPermitted = 1;

    private static readonly bool s_arm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    // These two differ between the processors' headers.
    public static int OpenDirectory => s_arm ? 0x4000 : 0x10000;

    public static int OpenNoFollow => s_arm ? 0x8000 : 0x20000;

    public static int OpenPastCache => s_arm ? 0x10000 : 0x4000;

    public static int OpenTemporary => 0x400000 | OpenDirectory;

    /// <summary>Fills a struct statfs, whose first word is the kind of file system.</summary>
    [LibraryImport("libc", EntryPoint = "fstatfs", SetLastError = true)]
    public static partial int FileSystemOf(SafeFileHandle file, byte* facts);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OpenAt(SafeFileHandle directory, string name, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int LinkAt(int oldDirectory, string oldPath, SafeFileHandle newDirectory, string newName, int flags);

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int RenameAt2(SafeFileHandle oldDirectory, string oldName, SafeFileHandle newDirectory, string newName,
        uint flags);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int UnlinkAt(SafeFileHandle directory, string name, int flags);

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeDirectory(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
    public static partial int ChangeMode(SafeFileHandle file, uint mode);

    [LibraryImport("libc", EntryPoint = "chmod", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int ChangeModeOf(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Flush(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    public static partial int FlushData(SafeFileHandle file);

    /// <summary>Returns the error, and does not set it.</summary>
    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    public static partial int Advise(SafeFileHandle file, long offset, long length, int advice);

    [LibraryImport("libc", EntryPoint = "madvise", SetLastError = true)]
    public static partial int AdviseMemory(byte* address, nuint length, int advice);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    public static partial int Allocate(SafeFileHandle file, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "posix_fallocate")]
    public static partial int AllocatePortably(SafeFileHandle file, long offset, long length);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Stat(SafeFileHandle directory, string path, int flags, uint mask, StatxBuffer* buffer);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial byte* Map(byte* address, nuint length, int protection, int flags, SafeFileHandle file, long offset);

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    public static partial byte* Map(byte* address, nuint length, int protection, int flags, int file, long offset);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    public static partial int Unmap(byte* address, nuint length);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int Control(SafeFileHandle file, int command, FileLock* fileLock);

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    public static partial int GetLimit(int resource, out ResourceLimit limit);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    public static partial uint EffectiveUser();

    /// <summary><c>struct rlimit</c> of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ResourceLimit
    {
        public ulong Soft;
        public ulong Hard;
    }

    /// <summary><c>struct flock</c> of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 32)]
    public struct FileLock
    {
        [FieldOffset(0)] public short Type;
        [FieldOffset(2)] public short Whence;
        [FieldOffset(8)] public long Start;
        [FieldOffset(16)] public long Length;
        [FieldOffset(24)] public int Pid;
    }

    /// <summary><c>struct statx</c>, the same on every processor.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    public struct StatxBuffer
    {
        [FieldOffset(16)] public uint Links;
        [FieldOffset(20)] public uint Owner;
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(32)] public ulong Inode;
        [FieldOffset(40)] public ulong Size;
        [FieldOffset(136)] public uint DeviceMajor;
        [FieldOffset(140)] public uint DeviceMinor;
    }
}

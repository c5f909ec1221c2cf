using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace TypedShmQueue.Region;

/// <summary>
/// The entry points and numbers of Windows, on x64. Files are opened relative to a folder, which only the native calls can.
/// </summary>
internal static unsafe partial class WindowsNative
{
    public const uint Delete = 0x10000, ReadControl = 0x20000, Synchronize = 0x100000, ReadAttributes = 0x80, GenericWrite = 0x40000000,
        GenericRead = 0x80000000;

    /// <summary>Others may read, write, and remove the name meanwhile.</summary>
    public const uint ShareAll = 0x7;

    public const uint DispositionOpen = 1, DispositionCreate = 2;
    public const uint SynchronousIo = 0x20, OnlyFile = 0x40, OpenReparsePoint = 0x200000;
    public const uint BackupSemantics = 0x02000000, OpenReparsePointFlag = 0x00200000, OpenExisting = 3;

    public const uint AttributeDirectory = 0x10, AttributeNormal = 0x80, AttributeTemporary = 0x100, AttributeReparsePoint = 0x400;

    public const int ClassBasic = 0, ClassStandard = 1, ClassAttributeTag = 9, ClassRemoteProtocol = 13, ClassId = 18;
    public const uint RenameInformation = 10, DispositionInformation = 13, EndOfFileInformation = 20,
        DispositionInformationEx = 64, NameInformation = 9;

    public const uint DispositionDelete = 0x1, DispositionPosix = 0x2;

    public const int StatusNoSuchFile = unchecked((int)0xC000000F), StatusNameInvalid = unchecked((int)0xC0000033),
        StatusNameNotFound = unchecked((int)0xC0000034), StatusNameCollision = unchecked((int)0xC0000035),
        StatusPathNotFound = unchecked((int)0xC000003A), StatusDeletePending = unchecked((int)0xC0000056),
        StatusIsDirectory = unchecked((int)0xC00000BA);

    public const int ErrorFileNotFound = 2, ErrorPathNotFound = 3, ErrorTooManyFiles = 4, ErrorAccessDenied = 5, ErrorNotEnoughMemory = 8,
        ErrorOutOfMemory = 14, ErrorWriteProtected = 19, ErrorSharingViolation = 32, ErrorLockViolation = 33, ErrorHandleDiskFull = 39,
        ErrorNotSupported = 50, ErrorBadNetPath = 53, ErrorInvalidParameter = 87, ErrorDiskFull = 112, ErrorInvalidName = 123,
        ErrorAlreadyExists = 183, ErrorDirectory = 267, ErrorIoPending = 997, ErrorNoSystemResources = 1450, ErrorCommitmentLimit = 1455,
        ErrorDiskQuota = 1295, ErrorInvalidFunction = 1, ErrorBadPathName = 161, ErrorFileTooLarge = 223;

    public const uint PageReadOnly = 0x2, PageReadWrite = 0x4, PageExecuteRead = 0x20;
    public const uint MapWrite = 0x2, MapRead = 0x4;
    public const uint MemCommit = 0x1000, MemReserve = 0x2000, MemReplacePlaceholder = 0x4000, MemReservePlaceholder = 0x40000,
        MemRelease = 0x8000, MemPreservePlaceholder = 0x2;

    public const uint LockFailImmediately = 1, LockExclusive = 2;

    public const uint DriveRemote = 4;

    public static nint CurrentProcess => -1;

    [LibraryImport("kernel32", EntryPoint = "CreateFileW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    public static partial SafeFileHandle CreateFile(string path, uint access, uint share, nint security, uint disposition, uint flags,
        nint template);

    [LibraryImport("kernel32", EntryPoint = "CreateDirectoryW", SetLastError = true, StringMarshalling = StringMarshalling.Utf16)]
    public static partial int CreateDirectory(string path, SecurityAttributes* security);

    [LibraryImport("kernel32", EntryPoint = "GetDriveTypeW", StringMarshalling = StringMarshalling.Utf16)]
    public static partial uint GetDriveType(string root);

    [LibraryImport("ntdll")]
    public static partial int NtCreateFile(nint* file, uint access, ObjectAttributes* attributes, StatusBlock* status, long* allocation,
        uint fileAttributes, uint share, uint disposition, uint options, void* extended, uint extendedLength);

    [LibraryImport("ntdll")]
    public static partial int NtSetInformationFile(SafeFileHandle file, StatusBlock* status, void* information, uint length, uint kind);

    [LibraryImport("ntdll")]
    public static partial int NtQueryInformationFile(SafeFileHandle file, StatusBlock* status, void* information, uint length, uint kind);

    [LibraryImport("ntdll")]
    public static partial int NtQuerySecurityObject(SafeFileHandle file, uint parts, byte* into, uint length, uint* needed);

    [LibraryImport("ntdll")]
    public static partial int RtlNtStatusToDosError(int status);

    [LibraryImport("kernel32", SetLastError = true)]
    public static partial int GetFileInformationByHandleEx(SafeFileHandle file, int kind, void* into, uint length);

    [LibraryImport("kernel32", SetLastError = true)]
    public static partial int GetFileInformationByHandle(SafeFileHandle file, FileInformation* into);

    [LibraryImport("kernel32", EntryPoint = "GetFinalPathNameByHandleW", SetLastError = true)]
    public static partial uint GetFinalPathName(SafeFileHandle file, char* into, uint room, uint flags);

    [LibraryImport("kernel32", SetLastError = true)]
    public static partial int FlushFileBuffers(SafeFileHandle file);

    [LibraryImport("kernel32", SetLastError = true)]
    public static partial int FlushViewOfFile(byte* address, nuint length);

    [LibraryImport("kernel32", SetLastError = true)]
    public static partial int LockFileEx(SafeFileHandle file, uint flags, uint reserved, uint lengthLow, uint lengthHigh,
        Overlapped* where);

    [LibraryImport("kernel32", SetLastError = true)]
    public static partial int UnlockFileEx(SafeFileHandle file, uint reserved, uint lengthLow, uint lengthHigh, Overlapped* where);

    [LibraryImport("kernel32", EntryPoint = "CreateFileMappingW", SetLastError = true)]
    public static partial nint CreateFileMapping(SafeFileHandle file, nint security, uint protection, uint sizeHigh, uint sizeLow,
        nint name);

    [LibraryImport("kernel32", EntryPoint = "CreateFileMappingW", SetLastError = true)]
    public static partial nint CreateMemoryMapping(nint invalidFile, nint security, uint protection, uint sizeHigh, uint sizeLow,
        nint name);

    [LibraryImport("kernel32", SetLastError = true)]
    public static partial byte* MapViewOfFileEx(nint mapping, uint access, uint offsetHigh, uint offsetLow, nuint length, byte* address);

    [LibraryImport("kernel32", SetLastError = true)]
    public static partial int UnmapViewOfFile(byte* address);

    [LibraryImport("kernelbase", SetLastError = true)]
    public static partial byte* VirtualAlloc2(nint process, byte* address, nuint length, uint kind, uint protection, nint extended,
        uint extendedCount);

    [LibraryImport("kernelbase", SetLastError = true)]
    public static partial byte* MapViewOfFile3(nint mapping, nint process, byte* address, ulong offset, nuint length, uint kind,
        uint protection, nint extended, uint extendedCount);

    [LibraryImport("kernelbase", SetLastError = true)]
    public static partial int UnmapViewOfFile2(nint process, byte* address, uint flags);

    [LibraryImport("kernel32", SetLastError = true)]
    public static partial byte* VirtualAlloc(byte* address, nuint length, uint kind, uint protection);

    [LibraryImport("kernel32", SetLastError = true)]
    public static partial int VirtualProtect(byte* address, nuint length, uint protection, uint* before);

    [LibraryImport("kernel32", SetLastError = true)]
    public static partial int VirtualFree(byte* address, nuint length, uint kind);

    [LibraryImport("kernel32")]
    public static partial nint AddVectoredExceptionHandler(uint first, byte* handler);

    [LibraryImport("kernel32")]
    public static partial int CloseHandle(nint handle);

    [LibraryImport("advapi32", SetLastError = true)]
    public static partial int OpenProcessToken(nint process, uint access, nint* token);

    [LibraryImport("advapi32", SetLastError = true)]
    public static partial int GetTokenInformation(nint token, int kind, byte* into, uint length, uint* needed);

    [LibraryImport("advapi32", EntryPoint = "ConvertStringSecurityDescriptorToSecurityDescriptorW", SetLastError = true,
        StringMarshalling = StringMarshalling.Utf16)]
    public static partial int ParseSecurity(string text, uint revision, nint* descriptor, uint* length);

    [LibraryImport("kernel32")]
    public static partial nint LocalFree(nint memory);

    [LibraryImport("kernel32")]
    public static partial ulong GetTickCount64();

    /// <summary><c>OBJECT_ATTRIBUTES</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct ObjectAttributes
    {
        public uint Length;
        public nint Folder;
        public CountedString* Name;
        public uint Attributes;
        public nint Security;
        public nint Quality;
    }

    /// <summary><c>UNICODE_STRING</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct CountedString
    {
        public ushort Bytes;
        public ushort Room;
        public char* First;
    }

    /// <summary><c>IO_STATUS_BLOCK</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct StatusBlock
    {
        public nint Status;
        public nuint Information;
    }

    /// <summary><c>SECURITY_ATTRIBUTES</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct SecurityAttributes
    {
        public uint Length;
        public nint Descriptor;
        public int Inherit;
    }

    /// <summary><c>OVERLAPPED</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Overlapped
    {
        public nuint Internal;
        public nuint InternalHigh;
        public ulong Offset;
        public nint Event;
    }

    /// <summary><c>BY_HANDLE_FILE_INFORMATION</c>.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 52)]
    public struct FileInformation
    {
        [FieldOffset(0)] public uint Attributes;
        [FieldOffset(28)] public uint Volume;
        [FieldOffset(32)] public uint SizeHigh;
        [FieldOffset(36)] public uint SizeLow;
        [FieldOffset(40)] public uint Links;
        [FieldOffset(44)] public uint IndexHigh;
        [FieldOffset(48)] public uint IndexLow;
    }

    /// <summary><c>FILE_RENAME_INFORMATION</c> without the name.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 24)]
    public struct RenameHead
    {
        [FieldOffset(0)] public byte Replaces;
        [FieldOffset(8)] public nint Folder;
        [FieldOffset(16)] public uint NameBytes;
    }

    /// <summary><c>FILE_ID_INFO</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct IdInformation
    {
        public ulong Volume;
        public ulong IdLow;
        public ulong IdHigh;
    }
}

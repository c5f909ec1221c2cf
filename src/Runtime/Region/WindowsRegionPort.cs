using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using static TypedShmQueue.Region.WindowsNative;

namespace TypedShmQueue.Region;

/// <summary>
/// Regions on Windows: an ordinary file, built under a hidden name and renamed when it is whole; and byte-range locks, which the kernel
/// drops with their process.
/// </summary>
internal sealed unsafe partial class WindowsRegionPort : RegionPort
{
    private readonly WindowsTrust _trust = new();
    private readonly ConditionalWeakTable<SafeFileHandle, View> _views = [];

    public override uint CurrentUser => WindowsTrust.Self;

    public override string NameOfUser(uint user) => _trust.NameOf(user);

    public override string? WhyReserved(string name)
    {
        if (name[^1] == '.') return "Windows takes a dot away from the end of a file's name";
        ReadOnlySpan<char> begin = name.AsSpan();
        int dot = begin.IndexOf('.');
        if (dot >= 0) begin = begin[..dot];
        bool isDevice = begin.Length switch
        {
            3 => begin.Equals("CON", StringComparison.OrdinalIgnoreCase) || begin.Equals("PRN", StringComparison.OrdinalIgnoreCase)
                || begin.Equals("AUX", StringComparison.OrdinalIgnoreCase) || begin.Equals("NUL", StringComparison.OrdinalIgnoreCase),
            4 => char.IsAsciiDigit(begin[3]) && (begin.StartsWith("COM", StringComparison.OrdinalIgnoreCase)
                || begin.StartsWith("LPT", StringComparison.OrdinalIgnoreCase)),
            _ => false,
        };
        return isDevice ? $"Windows keeps names that begin with '{begin}' for a device" : null;
    }

    public override UnpublishedFile CreateUnpublished(RegionFolder folder, string queueName, long size, UnixFileMode permissions)
    {
        // What is in the default folder is memory, and is not to be written to the disk.
        uint attributes = folder.Path.StartsWith(RootOrNothing(), StringComparison.OrdinalIgnoreCase) ? AttributeTemporary
            : AttributeNormal;
        UnpublishedFile file = WindowsTemporaryFile.Create(this, folder, queueName, attributes, permissions);
        Steps.At("create: file open");
        try
        {
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

    /// <summary>Makes a file with a name that nobody has.</summary>
    public SafeFileHandle CreateFile(RegionFolder folder, string name, uint attributes, UnixFileMode permissions)
    {
        nint security = _trust.NewDescriptor(permissions, isFolder: false);
        try
        {
            int status = OpenIn(folder, name, GenericRead | GenericWrite | Delete | ReadControl | Synchronize, DispositionCreate,
                SynchronousIo | OnlyFile, attributes, security, out SafeFileHandle? file);
            return status == 0 ? file! : throw WindowsErrors.ForCreateFile(folder.Path, status);
        }
        finally
        {
            _ = LocalFree(security);
        }
    }

    public override IReadOnlyList<string> RemoveLeftovers(RegionFolder folder, bool dryRun = false, bool emptyToo = false) =>
        WindowsTemporaryFile.RemoveLeftovers(this, folder, dryRun, emptyToo);

    public override SafeFileHandle? TryOpen(RegionFolder folder, string queueName, bool readOnly = false)
    {
        uint access = readOnly ? GenericRead | Synchronize : GenericRead | GenericWrite | Synchronize;
        int status = OpenIn(folder, queueName, access, DispositionOpen, SynchronousIo | OnlyFile | OpenReparsePoint, 0, 0,
            out SafeFileHandle? file);
        if (IsNothing(status)) return null;
        if (status != 0) throw WindowsErrors.ForFile(folder.PathOf(queueName), queueName, status);
        string named = NameOf(file!);
        if (named.Length == 0 || string.Equals(named, queueName, StringComparison.Ordinal)
            || !string.Equals(named, queueName, StringComparison.OrdinalIgnoreCase)) return file;
        file!.Dispose();
        throw new ArgumentException($"The name '{queueName}' differs from that of an existing queue in '{folder.Path}', '{named}', by the "
            + "case of its letters alone, and both are the same file on Windows. Use the same letters in every process.",
            nameof(queueName));
    }

    public override FileFacts Inspect(SafeFileHandle file)
    {
        FileInformation basic;
        if (GetFileInformationByHandle(file, &basic) == 0)
            throw new IOException($"The state of a queue's file or folder cannot be read "
                + $"({WindowsErrors.Text(Marshal.GetLastPInvokeError())}).");
        FileKind kind = KindOf(file, basic.Attributes);
        (uint owner, UnixFileMode permissions) = _trust.Read(file, kind == FileKind.Directory);
        IdInformation id;
        if (GetFileInformationByHandleEx(file, ClassId, &id, (uint)sizeof(IdInformation)) == 0)
        {
            id.Volume = basic.Volume;
            id.IdLow = ((ulong)basic.IndexHigh << 32) | basic.IndexLow;
            id.IdHigh = 0;
        }

        // On NTFS the upper half is 0.
        return new FileFacts(kind, id.Volume, id.IdLow ^ ulong.RotateLeft(id.IdHigh, 1), owner, permissions, basic.Links,
            ((long)basic.SizeHigh << 32) | basic.SizeLow);
    }

    public override FileFacts? Inspect(RegionFolder folder, string name)
    {
        int status = OpenIn(folder, name, ReadAttributes | ReadControl | Synchronize, DispositionOpen, SynchronousIo | OpenReparsePoint, 0,
            0, out SafeFileHandle? file);
        if (IsNothing(status)) return null;
        if (status != 0) throw WindowsErrors.ForFile(folder.PathOf(name), name, status);
        using (file) return Inspect(file!);
    }

    /// <summary>Whether the name in the folder is this very file's.</summary>
    public bool HasName(RegionFolder folder, string name, SafeFileHandle file) =>
        Inspect(folder, name) is { } named && named.IsSameFileAs(Inspect(file));

    public override byte* Map(SafeFileHandle file, long length, string queueName, bool readOnly = false)
    {
        nint section = CreateFileMapping(file, 0, readOnly ? PageReadOnly : PageReadWrite, 0, 0, 0);
        if (section == 0) throw WindowsErrors.ForMap(queueName, length, Marshal.GetLastPInvokeError());
        try
        {
            byte* address = readOnly ? WindowsZeroPages.MapForGood(section, MapRead, length)
                : WindowsZeroPages.Map(section, length);
            if (address == null) throw WindowsErrors.ForMap(queueName, length, Marshal.GetLastPInvokeError());
            if (!readOnly) _views.AddOrUpdate(file, new View((nint)address, length));
            return address;
        }
        finally
        {
            _ = CloseHandle(section);
        }
    }

    public override byte* TryMap(SafeFileHandle file, long length)
    {
        // Whoever closed the file let its locks go with it, and has no more to say to anybody.
        if (file.IsClosed) return null;
        nint section = CreateFileMapping(file, 0, PageReadWrite, 0, 0, 0);
        if (section == 0) return null;
        byte* address = WindowsZeroPages.MapForGood(section, MapWrite | MapRead, length);
        _ = CloseHandle(section);
        return address;
    }

    public override void ReplaceByZeroPages(byte* address, long length)
    {
        if (!WindowsZeroPages.Replace(address, length))
            throw new IOException($"A queue's memory cannot be unmapped ({WindowsErrors.Text(Marshal.GetLastPInvokeError())}); it stays "
                + "mapped until the process ends.");
    }

    public override void Unmap(byte* address, long length) => WindowsZeroPages.Unmap(address);

    public override void Flush(SafeFileHandle file, RegionFolder folder)
    {
        // The file system's own log has the name.
        bool viewed = !_views.TryGetValue(file, out View? view) || FlushViewOfFile((byte*)view.Address, (nuint)view.Length) != 0;
        if (viewed && FlushFileBuffers(file) != 0) return;
        throw new IOException($"The disk has not written all of a queue in '{folder.Path}' "
            + $"({WindowsErrors.Text(Marshal.GetLastPInvokeError())}), so a power failure may leave the queue corrupt. Check the disk and "
            + "the system's log.");
    }

    public override int SyncData(SafeFileHandle file) => FlushFileBuffers(file) != 0 ? 0 : Marshal.GetLastPInvokeError();

    /// <summary>Null: unbuffered reads come in whole sectors only, and to memory that begins at one.</summary>
    public override SafeFileHandle? TryOpenPastCache(SafeFileHandle file) => null;

    public override void DropCached(SafeFileHandle file, long offset, long length)
    {
        // There is no such advice.
    }

    public override string? WhyNotDurable(SafeFileHandle file) => null; // a network drive was refused when the folder was opened

    public override bool IsNoSpace(IOException e) =>
        (e.HResult & 0xffff) is ErrorDiskFull or ErrorHandleDiskFull or ErrorDiskQuota or ErrorFileTooLarge;

    /// <summary>
    /// Frees the name at once. The file goes too if nobody has it mapped; if somebody has, it gets a hidden name first, and goes with the
    /// last who has, or with the next creator in the folder.
    /// </summary>
    public override void Unlink(RegionFolder folder, string name)
    {
        int status = OpenIn(folder, name, Delete | ReadAttributes | Synchronize, DispositionOpen, SynchronousIo | OpenReparsePoint, 0, 0,
            out SafeFileHandle? file);
        if (IsNothing(status)) return;
        if (status != 0) throw WindowsErrors.ForFile(folder.PathOf(name), name, status);
        using (file)
        {
            if (TryDeleteAtOnce(file!)) return;
            if (!HiddenName.HasForm(name, HiddenName.OfNew) && !HiddenName.HasForm(name, HiddenName.OfOld))
            {
                status = Rename(file!, folder, HiddenName.Of(HiddenName.OfOld, name));
                if (status != 0) throw WindowsErrors.ForFile(folder.PathOf(name), name, status);
            }

            _ = TryDelete(file!);
        }
    }

    /// <summary>Removes a hidden name, if it is still that of this file and nobody has it mapped.</summary>
    public bool TryRemoveHidden(RegionFolder folder, string name, in FileFacts facts)
    {
        int status = OpenIn(folder, name, Delete | ReadAttributes | ReadControl | Synchronize, DispositionOpen,
            SynchronousIo | OpenReparsePoint, 0, 0, out SafeFileHandle? file);
        if (status != 0) return false;
        using (file) return Inspect(file!).IsSameFileAs(facts) && (TryDeleteAtOnce(file!) || TryDelete(file!));
    }

    /// <summary>Whoever has a deleted queue last takes its hidden name away.</summary>
    public override void Close(SafeFileHandle file)
    {
        string name = file.IsClosed ? "" : NameOf(file);
        if (!HiddenName.HasForm(name, HiddenName.OfOld))
        {
            file.Dispose();
            return;
        }

        try
        {
            FileFacts facts = Inspect(file);
            string? path = Path.GetDirectoryName(FullNameOf(file));
            file.Dispose();
            using RegionFolder? folder = path == null ? null : TryOpenFolder(path);
            if (folder != null) _ = TryRemoveHidden(folder, name, facts);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ShmQueueException)
        {
            // The next creator in the folder tries again.
        }
        finally
        {
            file.Dispose();
        }
    }

    /// <summary>Renames an open file. The status; a name that is taken stays what it is.</summary>
    public static int Rename(SafeFileHandle file, RegionFolder folder, string name)
    {
        int bytes = name.Length * sizeof(char);
        byte* buffer = stackalloc byte[sizeof(RenameHead) + (260 * sizeof(char))];
        bool added = false;
        try
        {
            folder.Handle.DangerousAddRef(ref added);
            *(RenameHead*)buffer = new RenameHead { Folder = folder.Handle.DangerousGetHandle(), NameBytes = (uint)bytes };
            const int NameAt = 20;
            MemoryMarshal.AsBytes(name.AsSpan()).CopyTo(new Span<byte>(buffer + NameAt, bytes));
            StatusBlock result;
            return NtSetInformationFile(file, &result, buffer, (uint)(sizeof(RenameHead) + bytes), RenameInformation);
        }
        finally
        {
            if (added) folder.Handle.DangerousRelease();
        }
    }

    private static bool TryDeleteAtOnce(SafeFileHandle file)
    {
        uint flags = DispositionDelete | DispositionPosix;
        StatusBlock result;
        return NtSetInformationFile(file, &result, &flags, sizeof(uint), DispositionInformationEx) == 0;
    }

    private static bool TryDelete(SafeFileHandle file)
    {
        byte delete = 1;
        StatusBlock result;
        return NtSetInformationFile(file, &result, &delete, sizeof(byte), DispositionInformation) == 0;
    }

    private static void Reserve(SafeFileHandle file, string directory, string queueName, long size)
    {
        StatusBlock result;
        // The file system allocates what lies before the end of an ordinary file.
        int status = NtSetInformationFile(file, &result, &size, sizeof(long), EndOfFileInformation);
        if (status != 0) throw WindowsErrors.ForReserve(directory, queueName, size, status);
    }

    /// <summary>Opens or makes a file in an open folder; a link is opened itself.</summary>
    private static int OpenIn(RegionFolder folder, string name, uint access, uint disposition, uint options, uint attributes,
        nint security, out SafeFileHandle? file)
    {
        file = null;
        bool added = false;
        try
        {
            folder.Handle.DangerousAddRef(ref added);
            fixed (char* first = name)
            {
                const uint IgnoresCase = 0x40;
                CountedString counted = new() { First = first, Bytes = (ushort)(name.Length * 2), Room = (ushort)(name.Length * 2) };
                ObjectAttributes what = new()
                {
                    Length = (uint)sizeof(ObjectAttributes),
                    Folder = folder.Handle.DangerousGetHandle(),
                    Name = &counted,
                    Attributes = IgnoresCase,
                    Security = security,
                };
                nint handle;
                StatusBlock result;
                int status = NtCreateFile(&handle, access, &what, &result, null, attributes, ShareAll, disposition, options, null, 0);
                if (status == 0) file = new SafeFileHandle(handle, ownsHandle: true);
                return status;
            }
        }
        finally
        {
            if (added) folder.Handle.DangerousRelease();
        }
    }

    private static bool IsNothing(int status) =>
        status is StatusNameNotFound or StatusNoSuchFile or StatusPathNotFound or StatusDeletePending;

    private static uint AttributesOf(SafeFileHandle file)
    {
        FileInformation basic;
        return GetFileInformationByHandle(file, &basic) != 0 ? basic.Attributes : 0;
    }

    private static FileKind KindOf(SafeFileHandle file, uint attributes)
    {
        // Some reparse points stand for another name, as links and mount points do. Others say how the file itself is kept.
        const uint StandsForAnotherName = 0x20000000;
        ulong attributesAndTag = 0;
        if ((attributes & AttributeReparsePoint) != 0
            && (GetFileInformationByHandleEx(file, ClassAttributeTag, &attributesAndTag, sizeof(ulong)) == 0
                || ((uint)(attributesAndTag >> 32) & StandsForAnotherName) != 0)) return FileKind.SymbolicLink;
        return (attributes & AttributeDirectory) != 0 ? FileKind.Directory : FileKind.RegularFile;
    }

    /// <summary>The last part of an open file's name, as the file system has it; nothing if it does not say.</summary>
    private static string NameOf(SafeFileHandle file)
    {
        const int Room = 4 + (sizeof(char) * 2048);
        byte* buffer = stackalloc byte[Room];
        StatusBlock result;
        if (NtQueryInformationFile(file, &result, buffer, Room, NameInformation) != 0) return "";
        ReadOnlySpan<char> path = new(buffer + 4, (int)(*(uint*)buffer / sizeof(char)));
        return path[(path.LastIndexOf('\\') + 1)..].ToString();
    }

    private static string? FullNameOf(SafeFileHandle file)
    {
        const int Room = 2048;
        char* buffer = stackalloc char[Room];
        uint length = GetFinalPathName(file, buffer, Room, 0);
        return length is 0 or >= Room ? null : new string(buffer, 0, (int)length);
    }

    private static string Long(string path) => path.StartsWith(@"\\", StringComparison.Ordinal) ? path : @"\\?\" + path;

    private sealed record View(nint Address, long Length);
}

using System.Buffers.Binary;
using System.Runtime.InteropServices;
using static TypedShmQueue.Region.WindowsNative;

namespace TypedShmQueue.Region;

/// <summary>
/// Puts zero pages where a view of a file was. Windows cannot exchange pages in one step: there is an instant in which nothing is mapped. A
/// thread that is late and touches them just then is made to try again, until the zeros are there.
/// </summary>
/// <remarks>
/// <para>What makes it try again is an exception handler of the process that knows the addresses. It is machine code of a few
/// instructions, since no managed code may run where a managed thread has faulted.</para>
/// <para>Nobody else can get the addresses in that instant: they stay reserved by a placeholder (since Windows 10, version 1803). Where
/// there are none (Wine 8), the library itself maps nothing in that instant, but another thread that asks for memory just then may get
/// them, and a late thread would write to what is its. So the library runs on no Windows without placeholders; Wine is for trying it out.
/// </para>
/// </remarks>
internal static unsafe class WindowsZeroPages
{
    /// <summary>Places in the table that the handler reads; a later one than these takes the place of the oldest.</summary>
    private const int TableLength = 1024;

    private static readonly Lock s_lock = new();
    private static readonly HashSet<nint> s_holes = [];
    private static Range* s_table;
    private static int s_next;

    /// <summary>Whether addresses can stay reserved while nothing is mapped there.</summary>
    public static bool HasPlaceholders { get; } = FindPlaceholders();

    /// <summary>Whether the library runs on this system.</summary>
    public static bool IsSupported => HasPlaceholders || IsWine;

    private static bool IsWine =>
        NativeLibrary.TryLoad("ntdll", out nint library) && NativeLibrary.TryGetExport(library, "wine_get_version", out _);

    /// <summary>Maps a section so that <see cref="Replace"/> can exchange it later. Null: see the error of the system.</summary>
    public static byte* Map(nint section, long length)
    {
        nuint size = Pages(length);
        if (!HasPlaceholders) return MapForGood(section, MapWrite | MapRead, length);
        byte* reserved = VirtualAlloc2(CurrentProcess, null, size, MemReserve | MemReservePlaceholder, 1, 0, 0);
        if (reserved == null) return null;
        byte* address = MapViewOfFile3(section, CurrentProcess, reserved, 0, size, MemReplacePlaceholder, PageReadWrite, 0, 0);
        if (address != null) return address;
        int error = Marshal.GetLastPInvokeError();
        _ = VirtualFree(reserved, 0, MemRelease);
        Marshal.SetLastPInvokeError(error);
        return null;
    }

    /// <summary>Maps the beginning of a section, never to be exchanged. Null: see the error of the system.</summary>
    public static byte* MapForGood(nint section, uint access, long length)
    {
        if (HasPlaceholders) return MapViewOfFileEx(section, access, 0, 0, (nuint)length, null);
        lock (s_lock) return MapViewOfFileEx(section, access, 0, 0, (nuint)length, null); // not into a hole
    }

    /// <summary>Puts zero pages where the view is. False: see the error of the system; the call may be made again.</summary>
    public static bool Replace(byte* address, long length)
    {
        nuint size = Pages(length);
        // First of all, since it is what can fail: it takes its share of the system's memory.
        nint zeros = CreateMemoryMapping(-1, 0, PageReadWrite, (uint)(size >> 32), (uint)size, 0);
        if (zeros == 0) return false;
        try
        {
            lock (s_lock)
            {
                if (!s_holes.Contains((nint)address))
                {
                    BeginRetrying(address, size);
                    int unmapped = HasPlaceholders ? UnmapViewOfFile2(CurrentProcess, address, MemPreservePlaceholder)
                        : UnmapViewOfFile(address);
                    if (unmapped == 0) return false;
                }

                byte* mapped = HasPlaceholders
                    ? MapViewOfFile3(zeros, CurrentProcess, address, 0, size, MemReplacePlaceholder, PageReadWrite, 0, 0)
                    : MapViewOfFileEx(zeros, MapWrite | MapRead, 0, 0, size, address);
                if (mapped == address)
                {
                    _ = s_holes.Remove((nint)address);
                    return true;
                }

                _ = s_holes.Add((nint)address);
                return !HasPlaceholders;
            }
        }
        finally
        {
            _ = CloseHandle(zeros); // the view keeps it
        }
    }

    /// <summary>Gives the addresses back. Precondition: nothing can reach them any more.</summary>
    public static void Unmap(byte* address)
    {
        lock (s_lock)
        {
            EndRetrying(address);
            // What is there now may be another's.
            if (!s_holes.Remove((nint)address)) _ = UnmapViewOfFile(address);
            else if (HasPlaceholders) _ = VirtualFree(address, 0, MemRelease);
        }
    }

    private static nuint Pages(long length) => (nuint)((length + Environment.SystemPageSize - 1) & -Environment.SystemPageSize);

    private static void BeginRetrying(byte* address, nuint size)
    {
        if (s_table == null) Install();
        Range* range = &s_table[s_next++ % TableLength];
        // No reader may take the old beginning with the new end.
        Volatile.Write(ref range->End, 0);
        Volatile.Write(ref range->Begin, (nuint)address);
        Volatile.Write(ref range->End, (nuint)address + size);
    }

    private static void EndRetrying(byte* address)
    {
        if (s_table == null) return;
        for (int i = 0; i < TableLength; i++)
        {
            if (s_table[i].Begin == (nuint)address) Volatile.Write(ref s_table[i].End, 0);
        }
    }

    private static void Install()
    {
        ReadOnlySpan<byte> code =
        [
            0x48, 0x8B, 0x01,                         //       mov  rax, [rcx]             the exception
            0x81, 0x38, 0x05, 0x00, 0x00, 0xC0,       //       cmp  dword [rax], C0000005  an access violation?
            0x75, 0x28,                               //       jne  no
            0x48, 0x8B, 0x50, 0x28,                   //       mov  rdx, [rax + 28h]       the address that was accessed
            0x49, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0,       //       mov  r8, table
            0x41, 0xB9, 0, 0, 0, 0,                   //       mov  r9d, length
            0x49, 0x3B, 0x10,                         // look: cmp  rdx, [r8]
            0x72, 0x06,                               //       jb   next
            0x49, 0x3B, 0x50, 0x08,                   //       cmp  rdx, [r8 + 8]
            0x72, 0x0C,                               //       jb   yes
            0x49, 0x83, 0xC0, 0x10,                   // next: add  r8, 16
            0x41, 0xFF, 0xC9,                         //       dec  r9d
            0x75, 0xEC,                               //       jnz  look
            0x31, 0xC0,                               // no:   xor  eax, eax               EXCEPTION_CONTINUE_SEARCH
            0xC3,                                     //       ret
            0xF3, 0x90,                               // yes:  pause
            0xB8, 0xFF, 0xFF, 0xFF, 0xFF,             //       mov  eax, -1                EXCEPTION_CONTINUE_EXECUTION
            0xC3,                                     //       ret
        ];
        const int TableAt = 17, LengthAt = 27;
        nuint page = (nuint)Environment.SystemPageSize;
        Range* table = (Range*)NativeMemory.AllocZeroed(TableLength, (nuint)sizeof(Range));
        byte* handler = VirtualAlloc(null, page, MemCommit | MemReserve, PageReadWrite);
        if (handler == null) throw new IOException("There is no memory left for a queue's last pages.");
        Span<byte> into = new(handler, code.Length);
        code.CopyTo(into);
        BinaryPrimitives.WriteUInt64LittleEndian(into[TableAt..], (ulong)table);
        BinaryPrimitives.WriteInt32LittleEndian(into[LengthAt..], TableLength);
        uint before;
        if (VirtualProtect(handler, page, PageExecuteRead, &before) == 0 || AddVectoredExceptionHandler(1, handler) == 0)
            throw new IOException($"This process does not let its memory run ({WindowsErrors.Text(Marshal.GetLastPInvokeError())}).");
        s_table = table;
    }

    private static bool FindPlaceholders()
    {
        const uint Size = 1 << 16, NoAccess = 1;
        try
        {
            byte* reserved = VirtualAlloc2(CurrentProcess, null, Size, MemReserve | MemReservePlaceholder, NoAccess, 0, 0);
            return reserved != null && VirtualFree(reserved, 0, MemRelease) != 0;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Range
    {
        public nuint Begin;
        public nuint End;
    }
}

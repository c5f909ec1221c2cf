using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using static TypedShmQueue.Region.WindowsNative;

namespace TypedShmQueue.Region;

/// <summary>
/// Who owns a file, and what others may do with it, in the words of <see cref="FileFacts"/>: owners are numbers, and what the access list
/// allows is permissions.
/// </summary>
/// <remarks>
/// The system and its administrators count as root: they can take any file anyway. Whatever the list allows to anybody else it allows to
/// "others". Entries that deny are not counted, so a file is never trusted because of one.
/// </remarks>
internal sealed unsafe class WindowsTrust
{
    /// <summary>The system, its administrators, its installer.</summary>
    public const uint Root = 0;

    /// <summary>The user this process acts as.</summary>
    public const uint Self = 1;

    private const uint FirstOther = 2;
    private const uint Owner = 1, AccessList = 4;
    private const uint MayRead = 0x1 | 0x80000000 | 0x10000000;
    private const uint MayAdd = 0x2 | 0x4;
    private const uint MayChange = 0x10000 | 0x40000 | 0x80000 | 0x40000000 | 0x10000000;
    private const uint MayDeleteChildren = 0x40;
    private const int SidSubCount = 1, SidAuthority = 2, SidSubs = 8, MaxSid = 68;

    private const string OwnerRights = "S-1-3-4";

    private static readonly string[] s_roots =
    [
        "S-1-5-18", "S-1-5-32-544", "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464",
    ];

    private readonly ConcurrentDictionary<string, uint> _numbers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<uint, string> _names = new();
    private int _others;

    /// <summary>The security identifier of the user this process acts as, as text.</summary>
    public string User { get; } = ReadUser();

    /// <summary>For messages.</summary>
    public string NameOf(uint owner) => owner switch
    {
        Root => "the system or its administrators",
        Self => User,
        _ => _names.GetValueOrDefault(owner, "?"),
    };

    /// <summary>Who owns an open file or folder, and what others may do with it.</summary>
    public (uint Owner, UnixFileMode Permissions) Read(SafeFileHandle file, bool isFolder)
    {
        const int EnoughForMost = 1024;
        byte* buffer = stackalloc byte[EnoughForMost];
        uint needed;
        int status = NtQuerySecurityObject(file, Owner | AccessList, buffer, EnoughForMost, &needed);
        if (status == 0) return Read(buffer, isFolder);
        if (needed > EnoughForMost)
        {
            byte[] larger = new byte[needed];
            fixed (byte* first = larger)
            {
                status = NtQuerySecurityObject(file, Owner | AccessList, first, needed, &needed);
                if (status == 0) return Read(first, isFolder);
            }
        }

        throw new IOException($"The owner of a queue's file or folder cannot be read ({WindowsErrors.Words(status)}).");
    }

    /// <summary>A descriptor that lets this user in, the system and its administrators, and others as far as the permissions say.</summary>
    /// <returns>To be freed by <see cref="LocalFree"/>.</returns>
    /// <exception cref="ArgumentException">The permissions have no counterpart.</exception>
    public nint NewDescriptor(UnixFileMode permissions, bool isFolder)
    {
        const UnixFileMode GroupBits = UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
        bool othersRead = (permissions & UnixFileMode.OtherRead) != UnixFileMode.None;
        bool othersWrite = (permissions & UnixFileMode.OtherWrite) != UnixFileMode.None;
        UnixFileMode others = (othersRead ? UnixFileMode.GroupRead : UnixFileMode.None)
            | (othersWrite ? UnixFileMode.GroupWrite : UnixFileMode.None);
        if ((permissions & GroupBits & ~others) != UnixFileMode.None)
            throw new ArgumentException($"ShmQueueOptions.Permissions are {permissions}: a file on Windows has no group. Set the same bits "
                + "for Other, which lets every user of this machine in, or take those of Group away.", nameof(permissions));
        string inherit = isFolder ? "OICI" : "";
        StringBuilder text = new($"O:{User}D:P(A;{inherit};FA;;;{User})(A;{inherit};FA;;;SY)(A;{inherit};FA;;;BA)");
        // Authenticated users, so no guest.
        if (othersRead || othersWrite)
            text.Append(CultureInfo.InvariantCulture, $"(A;{inherit};{(othersRead ? "FR" : "")}{(othersWrite ? "FW" : "")};;;AU)");
        nint descriptor;
        return ParseSecurity(text.ToString(), 1, &descriptor, null) != 0
            ? descriptor
            : throw new IOException($"An access list cannot be made (error {Marshal.GetLastPInvokeError()}).");
    }

    private (uint Owner, UnixFileMode Permissions) Read(byte* descriptor, bool isFolder)
    {
        const ushort HasList = 0x4;
        uint ownerAt = *(uint*)(descriptor + 4), listAt = *(uint*)(descriptor + 16);
        uint owner = ownerAt == 0 ? NumberOf("?") : NumberOf(TextOf(descriptor + ownerAt));
        ushort control = *(ushort*)(descriptor + 2);
        // Without a list everybody may do everything.
        UnixFileMode permissions = (control & HasList) == 0 || listAt == 0
            ? UnixFileMode.OtherRead | UnixFileMode.OtherWrite
            : OthersOf(descriptor + listAt, isFolder);
        return (owner, permissions | UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private UnixFileMode OthersOf(byte* list, bool isFolder)
    {
        const int ListHead = 8, Mask = 4, Sid = 8;
        const byte InheritOnly = 0x8, Allows = 0, AllowsIf = 9;
        int count = *(ushort*)(list + 4);
        byte* entry = list + ListHead;
        uint rights = 0;
        for (int i = 0; i < count; i++, entry += *(ushort*)(entry + 2))
        {
            if ((entry[1] & InheritOnly) != 0 || entry[0] is not (Allows or AllowsIf)) continue;
            string who = TextOf(entry + Sid);
            // Where there is an owner, it was judged already.
            if (who is not OwnerRights && NumberOf(who) >= FirstOther) rights |= *(uint*)(entry + Mask);
        }

        UnixFileMode mode = (rights & MayRead) != 0 ? UnixFileMode.OtherRead : UnixFileMode.None;
        if ((rights & (MayChange | (isFolder ? MayDeleteChildren : 0))) != 0) return mode | UnixFileMode.OtherWrite;
        if ((rights & MayAdd) == 0) return mode;
        // Who may add to a folder, and neither remove nor rename what others have in it, is where the sticky bit puts users.
        return mode | UnixFileMode.OtherWrite | (isFolder ? UnixFileMode.StickyBit : UnixFileMode.None);
    }

    private uint NumberOf(string sid)
    {
        if (string.Equals(sid, User, StringComparison.Ordinal)) return Self;
        if (Array.IndexOf(s_roots, sid) >= 0) return Root;
        return _numbers.GetOrAdd(sid, key =>
        {
            uint number = FirstOther + (uint)Interlocked.Increment(ref _others);
            _names[number] = key;
            return number;
        });
    }

    private static string ReadUser()
    {
        const uint Query = 8;
        const int TokenUser = 1;
        nint token;
        if (OpenProcessToken(CurrentProcess, Query, &token) == 0) throw Unknown();
        try
        {
            byte* user = stackalloc byte[MaxSid + (2 * sizeof(nint))];
            uint needed;
            return GetTokenInformation(token, TokenUser, user, MaxSid + (2 * (uint)sizeof(nint)), &needed) != 0
                ? TextOf(*(byte**)user) : throw Unknown();
        }
        finally
        {
            _ = CloseHandle(token);
        }
    }

    private static UnauthorizedAccessException Unknown() =>
        new($"The user of this process cannot be read (error {Marshal.GetLastPInvokeError()}).");

    private static string TextOf(byte* sid)
    {
        long authority = 0;
        for (int i = 0; i < 6; i++) authority = (authority << 8) | sid[SidAuthority + i];
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"S-{sid[0]}-{authority}");
        for (int i = 0; i < sid[SidSubCount]; i++)
            text.Append(CultureInfo.InvariantCulture, $"-{*(uint*)(sid + SidSubs + (i * sizeof(uint)))}");
        return text.ToString();
    }
}

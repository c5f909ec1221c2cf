using System.Globalization;
using System.Runtime.InteropServices;

namespace TypedShmQueue.Peer.Limits;

/// <summary>A soft limit of this process, lowered until disposed.</summary>
internal sealed partial class ResourceLimit : IDisposable
{
    private const int FileSizeResource = 1, AddressSpaceResource = 9;

    private readonly int _resource;
    private readonly Pair _before;

    private ResourceLimit(int resource, ulong limit)
    {
        _resource = resource;
        if (GetLimit(resource, out _before) != 0 || SetLimit(resource, _before with { Soft = limit }) != 0)
            throw new InvalidOperationException($"The limit {resource} cannot be set (errno {Marshal.GetLastPInvokeError()}).");
    }

    /// <summary>Bytes of address space this process has mapped.</summary>
    public static ulong AddressSpaceInUse =>
        ulong.Parse(File.ReadAllText("/proc/self/statm").Split(' ')[0], CultureInfo.InvariantCulture) * (ulong)Environment.SystemPageSize;

    public static ResourceLimit OfFileSize(ulong bytes) => new(FileSizeResource, bytes);

    public static ResourceLimit OfAddressSpace(ulong bytes) => new(AddressSpaceResource, bytes);

    public void Dispose()
    {
        if (SetLimit(_resource, _before) != 0) throw new InvalidOperationException($"The limit {_resource} cannot be set back.");
    }

    [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
    private static partial int GetLimit(int resource, out Pair limit);

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, in Pair limit);

    [StructLayout(LayoutKind.Sequential)]
    private record struct Pair(ulong Soft, ulong Hard);
}

using System.Runtime.InteropServices;

namespace TypedShmQueue.Peer.Limits;

/// <summary>What this process has registered for with membarrier.</summary>
internal static partial class Registrations
{
    private const int GetRegistrations = 1 << 9;
    private const int GlobalExpedited = 1 << 2;

    /// <summary>"yes", "no", or "unknown" where the system does not tell (before Linux 6.3).</summary>
    public static string ForFencesFromOutside =>
        Membarrier(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 283 : 324, GetRegistrations, 0, 0) switch
    {
        < 0 => "unknown",
        nint registered => (registered & GlobalExpedited) != 0 ? "yes" : "no",
    };

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint Membarrier(nint number, int command, uint flags, int cpu);
}

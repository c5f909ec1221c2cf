using System.Runtime.InteropServices;

namespace TypedShmQueue.Peer.KillSteps;

/// <summary>SIGKILL to this process, as from outside: no finalizer, no finally, no flush.</summary>
internal static partial class SelfKill
{
    private const int SignalKill = 9;

    public static void Now()
    {
        _ = Kill(Environment.ProcessId, SignalKill);
        Thread.Sleep(Timeout.Infinite); // the signal is on its way, and nothing more is done
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}

using System.Runtime.InteropServices;

namespace TypedShmQueue.Peer.KillSteps;

/// <summary>Signals to this process, as from outside.</summary>
internal static partial class SelfSignal
{
    private const int SignalKill = 9, SignalStop = 19;

    /// <summary>No finalizer, no finally, no flush.</summary>
    public static void Kill()
    {
        _ = Send(Environment.ProcessId, SignalKill);
        Thread.Sleep(Timeout.Infinite); // the signal is on its way, and nothing more is done
    }

    /// <summary>Until somebody has it go on.</summary>
    public static void Stop() => _ = Send(Environment.ProcessId, SignalStop);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int process, int signal);
}

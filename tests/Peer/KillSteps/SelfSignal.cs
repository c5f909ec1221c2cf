using System.Runtime.InteropServices;

namespace TypedShmQueue.Peer.KillSteps;

/// <summary>Signals to this process, as from outside.</summary>
internal static partial class SelfSignal
{
    private const int SignalKill = 9, SignalStop = 19;

    /// <summary>How a shell names the end of a process by that signal, so that a test need not ask for the system.</summary>
    private const uint ExitByKill = 128 + SignalKill;

    /// <summary>No finalizer, no finally, no flush.</summary>
    public static void Kill()
    {
        if (OperatingSystem.IsWindows()) _ = TerminateProcess(-1, ExitByKill);
        else _ = Send(Environment.ProcessId, SignalKill);
        Thread.Sleep(Timeout.Infinite); // the signal is on its way, and nothing more is done
    }

    /// <summary>Until somebody has it go on.</summary>
    public static void Stop() => _ = Send(Environment.ProcessId, SignalStop);

    [LibraryImport("kernel32")]
    private static partial int TerminateProcess(nint process, uint exitCode);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int process, int signal);
}

using System.Runtime.InteropServices;

namespace TypedShmQueue.Nats.Tests.Support;

/// <summary>Signals to processes that the tests started.</summary>
internal static partial class Signals
{
    public const int KillNow = 9, Terminate = 15, Continue = 18, Stop = 19;

    public static void Send(int process, int signal) => Kill(process, signal).ShouldBe(0);

    /// <summary>No finalizer, no finally, no flush.</summary>
    public static void KillThisProcess()
    {
        _ = Kill(Environment.ProcessId, KillNow);
        Thread.Sleep(Timeout.Infinite); // the signal is on its way, and nothing more is done
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}

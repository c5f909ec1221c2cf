using System.Diagnostics;

namespace TypedShmQueue.CrossProcess.Tests.Support;

/// <summary>A test that needs to trace a process's system calls, and says so where it cannot.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TraceFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> s_canTrace = new(() =>
    {
        try
        {
            ProcessStartInfo start = new("strace", ["-o", "/dev/null", "true"]) { UseShellExecute = false, RedirectStandardError = true };
            using Process probe = Process.Start(start)!;
            return probe.WaitForExit(TimeSpan.FromSeconds(10)) && probe.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    });

    public TraceFactAttribute()
    {
        if (!s_canTrace.Value) Skip = "Needs strace, and the right to trace.";
    }
}

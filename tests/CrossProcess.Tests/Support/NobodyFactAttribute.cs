using System.Diagnostics;

namespace TypedShmQueue.CrossProcess.Tests.Support;

/// <summary>A test with a process of another user, and it says so where there can be none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NobodyFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> s_canBeNobody = new(() =>
    {
        if (!Environment.IsPrivilegedProcess) return false;
        using Process probe = Process.Start("setpriv", [.. PeerProcess.AsNobody[1..], "test", "-r", PeerProcess.Program]);
        return probe.WaitForExit(TimeSpan.FromSeconds(10)) && probe.ExitCode == 0;
    });

    public NobodyFactAttribute()
    {
        if (!s_canBeNobody.Value) Skip = "Needs root, and a build that the user nobody may read.";
    }
}

using System.Diagnostics;

namespace TypedShmQueue.CrossProcess.Tests.Support;

/// <summary>A test with a /dev/shm of its own, and it says so where it can have none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MountNamespaceFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> s_canMount = new(() =>
    {
        if (!Environment.IsPrivilegedProcess) return false;
        using Process probe = Process.Start("unshare", ["--mount", "mount", "-t", "tmpfs", "tmpfs", "/dev/shm"]);
        return probe.WaitForExit(TimeSpan.FromSeconds(10)) && probe.ExitCode == 0;
    });

    public MountNamespaceFactAttribute()
    {
        if (!s_canMount.Value) Skip = "Needs a mount namespace of its own (root).";
    }
}

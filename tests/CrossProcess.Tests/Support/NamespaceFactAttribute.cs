using System.Diagnostics;

namespace TypedShmQueue.CrossProcess.Tests.Support;

/// <summary>A test that needs namespaces of process ids, and says so where it cannot have them.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NamespaceFactAttribute : FactAttribute
{
    /// <summary>Runs what follows as process 1 of a namespace of its own; the whole namespace is killed with it.</summary>
    public static string[] Unshare { get; } = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"];

    private static readonly Lazy<bool> s_can = new(static () =>
        Succeeds([.. Unshare, "sh", "-c", "echo 99 > /proc/sys/kernel/ns_last_pid"]));

    public NamespaceFactAttribute()
    {
        if (!s_can.Value) Skip = "Needs unshare, and the right to make a namespace of process ids (root).";
    }

    /// <summary>Whether a command ends well. False where there is none of that name, as on Windows.</summary>
    public static bool Succeeds(string[] command)
    {
        try
        {
            ProcessStartInfo start = new(command[0], command[1..]) { UseShellExecute = false, RedirectStandardError = true };
            using Process probe = Process.Start(start)!;
            return probe.WaitForExit(TimeSpan.FromSeconds(30)) && probe.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

namespace TypedShmQueue.CrossProcess.Tests.Support;

/// <summary>A test with a /dev/shm of its own, and it says so where it can have none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MountNamespaceFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> s_canMount = new(static () => Environment.IsPrivilegedProcess
        && NamespaceFactAttribute.Succeeds(["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/dev/shm"]));

    public MountNamespaceFactAttribute()
    {
        if (!s_canMount.Value) Skip = "Needs a mount namespace of its own (root).";
    }
}

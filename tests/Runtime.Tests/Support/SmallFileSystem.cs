namespace TypedShmQueue.Runtime.Tests.Support;

/// <summary>A tmpfs of its own size for one test; only root in a capable container may make one.</summary>
internal sealed class SmallFileSystem : IDisposable
{
    private const ulong ReadOnlyFlag = 1;

    private SmallFileSystem(string location) => Location = location;

    public string Location { get; }

    public static SmallFileSystem? TryMount(string size, bool readOnly)
    {
        string location = Directory.CreateTempSubdirectory("tsq-mount-").FullName;
        if (Posix.Mount("tmpfs", location, "tmpfs", readOnly ? ReadOnlyFlag : 0, $"size={size}") == 0) return new SmallFileSystem(location);
        Directory.Delete(location);
        return null;
    }

    public void Dispose()
    {
        if (Posix.Unmount(Location) == 0) Directory.Delete(Location);
    }
}

/// <summary>A test that needs a file system of its own, and says so where it cannot have one.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class MountFactAttribute : FactAttribute
{
    private static readonly Lazy<bool> s_canMount = new(() =>
    {
        using SmallFileSystem? probe = SmallFileSystem.TryMount("16k", readOnly: false);
        return probe != null;
    });

    public MountFactAttribute()
    {
        if (!s_canMount.Value) Skip = "Needs the right to mount a tmpfs (root).";
    }
}

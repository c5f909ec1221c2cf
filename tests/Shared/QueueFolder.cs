namespace TypedShmQueue.Testing;

/// <summary>
/// A folder of shared memory for one test: nothing a test does there meets another test, and whatever happens, nothing stays.
/// </summary>
public sealed class QueueFolder : IDisposable
{
    private readonly Stack<IDisposable> _handles = new();

    public QueueFolder() => Make(Location);

    public string Location { get; } = Path.Combine(Root, "tsq-test-" + Guid.NewGuid().ToString("N"));

    private static string Root => OperatingSystem.IsWindows() ? Path.GetTempPath() : "/dev/shm";

    public ShmQueueOptions Options => new() { Directory = Location, Wait = WaitPolicy.Park };

    /// <summary>All that stands in the folder, hidden files included.</summary>
    public IReadOnlyList<string> Content =>
        [.. Directory.EnumerateFileSystemEntries(Location, "*",
            new EnumerationOptions { AttributesToSkip = FileAttributes.None, ReturnSpecialDirectories = false })
            .Select(e => Path.GetFileName(e)!).Order(StringComparer.Ordinal)];

    public string PathOf(string name) => Path.Combine(Location, name);

    /// <summary>Opens a file although others have it open, and a queue's creator so that it can delete it.</summary>
    public FileStream OpenShared(string name, FileAccess access) =>
        new(PathOf(name), FileMode.Open, access, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>All that a file holds at this instant, whoever has it open.</summary>
    public byte[] BytesOf(string name) => ReadShared(PathOf(name));

    /// <summary>The same, of any path.</summary>
    public static byte[] ReadShared(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Makes a folder that is this user's alone, whatever the umask: one that its group may write is refused.</summary>
    public static void Make(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Disposes the handle when the test ends, if the test has not.</summary>
    public T Track<T>(T handle) where T : IDisposable
    {
        lock (_handles) _handles.Push(handle);
        return handle;
    }

    public void Dispose()
    {
        try
        {
            lock (_handles)
            {
                while (_handles.TryPop(out IDisposable? handle)) handle.Dispose();
            }
        }
        finally
        {
            if (Directory.Exists(Location)) Directory.Delete(Location, recursive: true);
        }
    }
}

using System.Globalization;

namespace TypedShmQueue.Bench.Measuring;

/// <summary>A folder of this run in shared memory, for this user alone; it goes with all that is in it.</summary>
internal sealed class MemoryFolder : IDisposable
{
    /// <param name="name">What the run is of.</param>
    public MemoryFolder(string name)
    {
        Path = System.IO.Path.Combine("/dev/shm", $"tsq-bench-{name}-{Environment.ProcessId.ToString(CultureInfo.InvariantCulture)}");
        _ = Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public string Path { get; }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}

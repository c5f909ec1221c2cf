using Microsoft.Win32.SafeHandles;

namespace TypedShmQueue.Region;

/// <summary>
/// An open folder. Whatever is looked at, made, opened or removed in it goes through this descriptor: what was checked is what is used,
/// even if the path leads elsewhere a moment later.
/// </summary>
/// <param name="handle">The descriptor.</param>
/// <param name="path">Where it was found; for messages.</param>
internal sealed class RegionFolder(SafeFileHandle handle, string path) : IDisposable
{
    public SafeFileHandle Handle { get; } = handle;

    public string Path { get; } = path;

    /// <summary>The path of a file in it; for messages.</summary>
    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Handle.Dispose();
}

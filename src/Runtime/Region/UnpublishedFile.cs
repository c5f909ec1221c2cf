using Microsoft.Win32.SafeHandles;

namespace TypedShmQueue.Region;

/// <summary>A file that no other process can see yet: filled in peace, then given its name in one step.</summary>
internal abstract class UnpublishedFile(SafeFileHandle handle) : IDisposable
{
    /// <summary>The open file; it outlives this object once published.</summary>
    public SafeFileHandle Handle { get; } = handle;

    /// <summary>Gives the file its name, in the folder it was made in, if the name is free. False if it is taken.</summary>
    public abstract bool TryPublish(RegionFolder folder, string name);

    /// <summary>
    /// Removes what is left of an unpublished file. Does not close <see cref="Handle"/>. Precondition: its folder is still open.
    /// </summary>
    public abstract void Dispose();
}

namespace TypedShmQueue.Region;

/// <summary>What a file is, as far as a queue cares.</summary>
/// <param name="Kind">Only a regular file can be a queue.</param>
/// <param name="Device">With <paramref name="Inode"/>, the file's identity.</param>
/// <param name="Inode">With <paramref name="Device"/>, the file's identity.</param>
/// <param name="Owner">The numeric user id of its owner.</param>
/// <param name="Permissions">Its permission bits.</param>
/// <param name="Links">How many names it has.</param>
/// <param name="Size">Bytes.</param>
internal readonly record struct FileFacts(
    FileKind Kind, ulong Device, ulong Inode, uint Owner, UnixFileMode Permissions, uint Links, long Size)
{
    /// <summary>Whether both are the same file.</summary>
    public bool IsSameFileAs(in FileFacts other) => Device == other.Device && Inode == other.Inode;
}

/// <summary>What stands under a name.</summary>
internal enum FileKind
{
    /// <summary>A pipe, socket or device.</summary>
    Other,
    RegularFile,
    Directory,
    SymbolicLink,
}

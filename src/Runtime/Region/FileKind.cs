namespace TypedShmQueue.Region;

/// <summary>What stands under a name.</summary>
internal enum FileKind
{
    /// <summary>A pipe, socket or device.</summary>
    Other,
    RegularFile,
    Directory,
    SymbolicLink,
}

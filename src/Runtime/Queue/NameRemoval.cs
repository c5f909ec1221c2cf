namespace TypedShmQueue.Queue;

/// <summary>What became of a name that was to be removed from a file.</summary>
internal enum NameRemoval
{
    /// <summary>This call removed it.</summary>
    Removed,

    /// <summary>The file does not have the name any more: the name is free, or another file's.</summary>
    NotThisFile,

    /// <summary>
    /// Another process is removing it and does not get on: it is stopped, or starved of its core. It removes the name when it goes on.
    /// </summary>
    Held,
}

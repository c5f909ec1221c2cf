namespace TypedShmQueue.Tool.Queues;

/// <summary>Where in its life a queue is.</summary>
internal enum QueueState
{
    Open,

    /// <summary>Nothing can be sent any more.</summary>
    Completed,

    /// <summary>Its name was to go, and is still there.</summary>
    Deleted,

    /// <summary>The file cannot be used as a queue.</summary>
    Unusable,

    /// <summary>Some other file, which is no affair of this tool.</summary>
    NoQueue,
}

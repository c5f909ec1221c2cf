namespace TypedShmQueue.Nats;

/// <summary>When a bridge that runs is degraded. What is not set is not checked.</summary>
public sealed class ShmNatsHealthOptions
{
    /// <summary>More messages than this have still to be moved.</summary>
    public long? MaxLag { get; set; }

    /// <summary>The oldest message is longer than this on its way.</summary>
    public TimeSpan? MaxAge { get; set; }
}

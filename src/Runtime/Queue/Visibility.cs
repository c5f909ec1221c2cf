namespace TypedShmQueue;

/// <summary>When the consumers of a handle on a durable queue see a message.</summary>
public enum Visibility
{
    /// <summary>
    /// As soon as it is sent, which may be before it is committed: a power failure may then take back what a consumer has acted on.
    /// </summary>
    AtOnce,

    /// <summary>
    /// When it is committed, so that no power failure takes back what a consumer has seen. A call that waits for a message waits for the
    /// disk, too, and commits by itself if nobody else does. A call that does not wait returns without the message, as if it were not there
    /// yet. Costs nothing where messages are committed before they are looked for.
    /// </summary>
    Committed,
}

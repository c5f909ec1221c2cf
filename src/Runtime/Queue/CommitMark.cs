namespace TypedShmQueue;

/// <summary>
/// A point in a durable queue: everything that was sent before it, on whatever handle, is committed when the mark is. Immutable; it means
/// something to handles of the same queue only.
/// </summary>
public readonly record struct CommitMark
{
    internal CommitMark(long limit) => Limit = limit;

    /// <summary>All positions below it.</summary>
    internal long Limit { get; }
}

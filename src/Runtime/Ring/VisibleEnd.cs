namespace TypedShmQueue.Ring;

/// <summary>Up to where a consumer sees messages: up to the last one, or up to what a durable queue has committed.</summary>
/// <remarks>
/// C2: the limit is stored after the disk has everything below it, so what is seen below it survives a power failure. Positions are
/// compared with it before their messages are read, by each call for the positions that it takes: head may move meanwhile.
/// </remarks>
/// <param name="limit">The committed limit; null if everything is seen. Precondition: mapped as long as this is used.</param>
internal readonly unsafe struct VisibleEnd(long* limit)
{
    /// <summary>Whether anything that was sent may be out of sight.</summary>
    public bool IsLimited => limit != null;

    /// <summary>The first position that is out of sight.</summary>
    public long End<TMemory>() where TMemory : struct, IMemory => limit == null ? long.MaxValue : TMemory.LoadAcquire(ref *limit); // C2

    /// <summary>
    /// How many positions from this one on may be seen. A position below 0 is corrupt, and is not held back: who finds it reports it.
    /// </summary>
    public long From<TMemory>(long position) where TMemory : struct, IMemory =>
        limit == null || position < 0 ? long.MaxValue : Math.Max(0, End<TMemory>() - position);

    /// <summary>Whether a message at this position may be seen.</summary>
    public bool Covers<TMemory>(long position) where TMemory : struct, IMemory => limit == null || position < End<TMemory>();
}

namespace TypedShmQueue.Ring;

/// <summary>What recovery must know of the others. Asked on slow paths only.</summary>
internal interface IPeers
{
    /// <summary>Whether the handle that an owner word names is attached now. True while in doubt.</summary>
    bool IsAlive(long owner);
}

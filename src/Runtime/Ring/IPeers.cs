namespace TypedShmQueue.Ring;

/// <summary>What recovery must know of the others, and tell them. Called on slow paths only.</summary>
internal interface IPeers
{
    /// <summary>Whether the handle that an owner word names is attached now. True while in doubt.</summary>
    bool IsAlive(long owner);

    /// <summary>
    /// A tombstone was made (consumers can go on behind it) or passed (its slot is free): whoever is parked for that is to be woken.
    /// A ring without waiters has nobody to tell.
    /// </summary>
    void OnTombstone()
    {
    }

    /// <summary>
    /// A consumer that sees only what is committed has polled for a while for a message that is not: everything below this position is to
    /// be committed. Does not wait for it.
    /// </summary>
    void OnUncommitted(long end)
    {
    }

    /// <summary>So many messages of a group were taken back: whoever is parked for one is to be woken.</summary>
    void OnReturned(int messages)
    {
    }
}

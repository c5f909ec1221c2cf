namespace TypedShmQueue.Ring;

/// <summary>What a step of the ring came to.</summary>
internal enum RingStatus
{
    /// <summary>It is done.</summary>
    Done,

    /// <summary>Producers: no free slot. Consumers: the oldest position holds no message yet.</summary>
    Blocked,

    /// <summary>The queue was completed: nothing can be claimed any more; or nothing is left to take.</summary>
    Completed,

    /// <summary>This handle is disposed, or is being disposed.</summary>
    Closed,

    /// <summary>Consumers, inside the ring only: the call is entered, and takes what is committed, and nothing else.</summary>
    Limited,

    /// <summary>
    /// Another thread of this handle is ending the one producer's stream, or will find that it cannot: wait for it, and look again.
    /// </summary>
    Completing,

    /// <summary>A role for one is not this handle's yet.</summary>
    NoRole,

    /// <summary>What was peeked at or read in its slot has been taken already, by another call.</summary>
    Taken,

    /// <summary>Another call of this handle is inside a role for one: a second thread, or a writer that is still open.</summary>
    Busy,

    /// <summary>The segment says what no run of the protocol could have written.</summary>
    Corrupt,
}

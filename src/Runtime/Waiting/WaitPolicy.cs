namespace TypedShmQueue;

/// <summary>How a blocking call waits.</summary>
public enum WaitPolicy
{
    /// <summary>
    /// Spin briefly, as long as spinning has lately paid, then park in the kernel. Idle waiting uses no CPU. A thread that may run on one
    /// processor only, or whose process has a quota of one processor's time or less, parks at once, unless it finds that what it waits for
    /// comes from another processor while it spins.
    /// </summary>
    Adaptive,

    /// <summary>Never park: lowest latency, one core per waiting thread. On a machine with one processor it parks all the same.</summary>
    Spin,

    /// <summary>Park at once: lowest CPU use where cores are scarce.</summary>
    Park,
}

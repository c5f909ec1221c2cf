namespace TypedShmQueue;

/// <summary>What a producer may do when the ring is full.</summary>
public enum Overflow
{
    /// <summary>All three ways to enqueue: wait, try, and shift (displace the oldest).</summary>
    Any,

    /// <summary>Wait or try; no <c>EnqueueShift</c> is emitted, which lets a single consumer free slots with a plain store.</summary>
    Wait,
}

namespace TypedShmQueue;

/// <summary>What of a queue in a folder on disk outlives a power failure.</summary>
public enum Durability
{
    /// <summary>
    /// What the kernel has written by then, which may be a mixture of old and new. The queue outlives its processes and an orderly reboot;
    /// nobody waits for the disk.
    /// </summary>
    Cached,

    /// <summary>
    /// The queue as this handle left it: <c>Complete</c> and <c>Dispose</c> return when the disk has everything that was sent and taken
    /// before, which takes as long as the disk does. Sending and taking wait for nothing, so what happened since is <see cref="Cached"/>.
    /// </summary>
    AtRest,

    /// <summary>
    /// Everything that <c>Enqueue</c> has returned for, at any instant: the queue has a journal in <see cref="ShmQueueOptions.Directory"/>,
    /// its messages are in memory, and <c>Enqueue</c> returns when the disk has the message. What was taken since the last commit comes
    /// again after a power failure. docs/durability.md says what each call waits for.
    /// </summary>
    Committed,
}

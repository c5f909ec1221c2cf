namespace TypedShmQueue;

/// <summary>
/// A message that this process works on: nobody else gets it until it is given back, or this process dies. Settle it once, by
/// <see cref="Acknowledge"/>, <see cref="Abandon()"/> or <see cref="Reject"/>; a second time is an
/// <see cref="InvalidOperationException"/>. It may be kept across an await, and used on any thread.
/// </summary>
/// <remarks>
/// No member allocates, except <see cref="Abandon(TimeSpan)"/>, and <see cref="Reject"/> into a durable queue. None waits.
/// </remarks>
public interface IShmLease : IDisposable
{
    /// <summary>
    /// Which delivery of the message this is: 1 the first time. It survives every death. After 4,095 it begins anew at 1.
    /// </summary>
    int Deliveries { get; }

    /// <summary>
    /// The message's position, counted from the first that was ever sent. Constant over its deliveries, and never used again.
    /// </summary>
    long Position { get; }

    /// <summary>
    /// The work is done: nobody gets the message again. Makes a system call only if a producer that is parked must be woken, or a worker at
    /// the queue's end.
    /// </summary>
    /// <returns>
    /// True: it is settled. False: others took it back meanwhile, because <see cref="ShmQueueOptions.LeaseTimeout"/> was over or somebody
    /// ran 'shmq return'. It may be done twice then.
    /// </returns>
    /// <exception cref="InvalidOperationException">It was settled already.</exception>
    /// <exception cref="ObjectDisposedException">The queue was disposed, so the message went to others.</exception>
    bool Acknowledge();

    /// <summary>The work is not done: the message goes to whoever takes next, before new ones.</summary>
    /// <exception cref="InvalidOperationException">It was settled already.</exception>
    /// <exception cref="ObjectDisposedException">The queue was disposed, so the message went to others.</exception>
    void Abandon();

    /// <summary>
    /// The work is not done, and is not to be tried again before this time is over. This process keeps the message until then: if it dies
    /// or disposes the queue, the message comes back at once. Allocates.
    /// </summary>
    /// <param name="delay">From zero to 2^31 - 1 milliseconds.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="delay"/> is out of range.</exception>
    /// <exception cref="InvalidOperationException">It was settled already.</exception>
    /// <exception cref="ObjectDisposedException">The queue was disposed, so the message went to others.</exception>
    void Abandon(TimeSpan delay);

    /// <summary>
    /// The work cannot be done: the message goes to <see cref="ShmQueueOptions.DeadLetter"/>. If others took it back meanwhile, because
    /// <see cref="ShmQueueOptions.LeaseTimeout"/> was over, it stays theirs, and nothing is sent. A durable dead-letter queue commits after
    /// this returns: until then the message is this process's, and it comes back after a second if the disk does not take it.
    /// </summary>
    /// <exception cref="InvalidOperationException">It was settled already, or this handle has no dead-letter queue.</exception>
    /// <exception cref="ShmQueueDeadLetterException">That queue takes nothing. The message comes back after a second.</exception>
    /// <exception cref="ObjectDisposedException">The queue was disposed, so the message went to others.</exception>
    void Reject();
}

/// <summary>A lease of a message of this type.</summary>
/// <typeparam name="T">The message.</typeparam>
public interface IShmLease<T> : IShmLease
{
    /// <summary>
    /// The message. Emitted leases of unmanaged messages have a member of this name that returns a reference to the message in its slot:
    /// nothing is copied. It is not to be used after the lease is settled.
    /// </summary>
    /// <exception cref="InvalidOperationException">The lease was settled already.</exception>
    /// <exception cref="ObjectDisposedException">The queue was disposed, so the message went to others.</exception>
    T Value { get; }
}

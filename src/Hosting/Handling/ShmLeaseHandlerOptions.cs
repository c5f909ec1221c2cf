namespace TypedShmQueue.Hosting;

/// <summary>
/// How messages of a queue with acknowledged delivery are handed to a handler. A message is acknowledged after its handler has returned;
/// until then it stays in the queue, and if the process dies, others get it.
/// </summary>
public class ShmLeaseHandlerOptions : ShmQueueHandlerOptions
{
    /// <summary>Makes options with the defaults: what a handler throws on is tried again.</summary>
    public ShmLeaseHandlerOptions() => OnError = ShmQueueErrorPolicy.Retry;

    /// <summary>
    /// For <see cref="ShmQueueErrorPolicy.Retry"/>: how long a message waits for its next delivery, from zero to 24 days. A second unless
    /// set. Meanwhile it holds its slot in the queue, and one of <see cref="ShmQueueOptions.MaxLeases"/>.
    /// </summary>
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// For <see cref="ShmQueueErrorPolicy.Retry"/>: with it, the delay doubles with each delivery of the message, up to this, which is
    /// <see cref="RetryDelay"/> or more. Null: the delay is always the same.
    /// </summary>
    public TimeSpan? MaxRetryDelay { get; set; }

    /// <summary>
    /// For <see cref="ShmQueueErrorPolicy.Retry"/>: how often a message is tried again before it goes to the queue's
    /// <see cref="ShmQueueServiceOptions.DeadLetter"/>, from 0 to 4000. It counts the message's deliveries, so those that a death or a stop
    /// ended count too. Null: only <see cref="ShmQueueServiceOptions.MaxDeliveries"/> ends it.
    /// </summary>
    public int? RetryLimit { get; set; }
}

/// <summary>
/// Which group of a broadcast queue a handler belongs to, and how messages are handed to it: as those of a queue with acknowledged
/// delivery.
/// </summary>
public sealed class ShmGroupHandlerOptions : ShmLeaseHandlerOptions
{
    /// <summary>
    /// The group's name, which must be set: 1 to 63 characters. Each message goes to one member of each group. The group outlives the host,
    /// and producers wait for it until <see cref="IShmBroadcast.RemoveGroup"/>.
    /// </summary>
    public string? Group { get; set; }

    /// <summary>
    /// Whether a group begins with what is sent from then on; otherwise with the oldest message that the queue keeps. One that exists goes
    /// on where it was left.
    /// </summary>
    public bool FromLatest { get; set; }
}

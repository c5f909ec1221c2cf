namespace TypedShmQueue.Hosting;

/// <summary>
/// How messages are handed to a handler. Read from the configuration section <c>ShmQueueHandlers:{queue}:{handler's type}</c>, then
/// given to the callback of the registration, and checked when the host starts.
/// </summary>
public class ShmQueueHandlerOptions
{
    /// <summary>How many calls of the handler are in progress at a time, from 1 to 1024. Above 1 they end in any order.</summary>
    public int Parallelism { get; set; } = 1;

    /// <summary>For an <see cref="IShmQueueBatchHandler{T}"/>: the most messages of one call, from 1 to 65536.</summary>
    public int MaxBatchSize { get; set; } = 64;

    /// <summary>What becomes of messages whose handler threw.</summary>
    public ShmQueueErrorPolicy OnError { get; set; }

    /// <summary>
    /// For <see cref="ShmQueueErrorPolicy.DeadLetter"/>: the name of a queue of the same type, in the same folder, opened or created
    /// with the options of the handler's queue. When it is full, the handler waits until somebody has taken from it. With acknowledged
    /// delivery the queue has a dead-letter queue of its own, <see cref="ShmQueueServiceOptions.DeadLetter"/>, and this stays null.
    /// </summary>
    public string? DeadLetterQueue { get; set; }

    /// <summary>
    /// How long a stop waits for the calls in progress before their token is cancelled. 20 seconds unless set: of the 30 that a host
    /// has by default, the rest is for handlers that heed the token. <see cref="Timeout.InfiniteTimeSpan"/>: as long as the host waits.
    /// </summary>
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Whether the host is stopped when the queue is completed and everything taken from it has been handled.</summary>
    public bool StopHostWhenCompleted { get; set; }
}

/// <summary>How a handler subscribes to a broadcast queue, and how messages are handed to it.</summary>
public sealed class ShmSubscriptionHandlerOptions : ShmQueueHandlerOptions
{
    /// <summary>
    /// The subscription's name: with one, the host goes on after a restart where it stopped, and one process at a time has it. Null:
    /// an anonymous one, which ends with the host.
    /// </summary>
    public string? Subscription { get; set; }

    /// <summary>
    /// Whether a subscription begins with what is sent from then on; otherwise with the oldest message that the queue keeps. A named
    /// one that exists goes on where it was left.
    /// </summary>
    public bool FromLatest { get; set; }

    /// <inheritdoc cref="SubscriptionOptions.Lossy"/>
    public bool Lossy { get; set; }

    /// <inheritdoc cref="SubscriptionOptions.HoldWhenAbsent"/>
    public TimeSpan HoldWhenAbsent { get; set; }
}

/// <summary>What becomes of messages whose handler threw, and of those behind them.</summary>
public enum ShmQueueErrorPolicy
{
    /// <summary>
    /// They are logged; no more are taken, and the background service fails, which by default stops the host. With acknowledged delivery
    /// they stay in the queue; otherwise they are dropped.
    /// </summary>
    Stop,

    /// <summary>They are logged and dropped, and the next are taken.</summary>
    Skip,

    /// <summary>
    /// They are sent to <see cref="ShmQueueHandlerOptions.DeadLetterQueue"/>, and the next are taken. If they cannot be sent there:
    /// <see cref="Stop"/>. With acknowledged delivery they go to <see cref="ShmQueueServiceOptions.DeadLetter"/>, and stay in the queue
    /// while they cannot be sent there.
    /// </summary>
    DeadLetter,

    /// <summary>
    /// With acknowledged delivery only: they are logged and given back, and are delivered again after
    /// <see cref="ShmLeaseHandlerOptions.RetryDelay"/>; meanwhile the next are taken. After
    /// <see cref="ShmLeaseHandlerOptions.RetryLimit"/>: as <see cref="DeadLetter"/>.
    /// </summary>
    Retry,
}

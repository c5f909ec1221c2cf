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
    /// with the options of the handler's queue. When it is full, the handler waits until somebody has taken from it.
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

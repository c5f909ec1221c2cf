using Microsoft.Extensions.Logging;
using TypedShmQueue.Hosting.Logging;

namespace TypedShmQueue.Hosting.Handling;

/// <summary>A queue with acknowledged delivery, or a group of a broadcast queue: a message stays there until its handler is done.</summary>
internal sealed class LeasedQueue<T>(HandlerPlace at, LeasePolicy policy, string? deadLetterQueue, IShmTaker<ShmLease<T>> taker,
    ILogger logger) : HandledQueue<T>(at)
{
    private const long RefusalsEvery = 1000;

    private readonly FailedLeases<T> _failed = new(at, policy, deadLetterQueue, logger);
    private long _refusedAt = long.MinValue / 2;

    /// <summary>Begins to take.</summary>
    /// <param name="start">The handler that starts.</param>
    /// <param name="begin">Makes what is taken from.</param>
    public static LeasedQueue<T> Begin<TQueue, TOptions>(HandlerStart<TQueue, TOptions> start,
        Func<TQueue, TOptions, IShmTaker<ShmLease<T>>> begin)
        where TOptions : ShmLeaseHandlerOptions
    {
        ShmLeaseHandlerOptions options = start.Options;
        string? deadLetterQueue = start.Opening.DeadLetter;
        string advice = $"but the queue '{start.At.Queue}' has no dead-letter queue. Set its DeadLetter (ShmQueueServiceOptions, section "
            + $"ShmQueues:{start.At.Registration})";
        if (deadLetterQueue is null && options.OnError == ShmQueueErrorPolicy.DeadLetter)
            throw start.Refused($"OnError is DeadLetter, {advice}.");
        if (deadLetterQueue is null && options.RetryLimit is { } limit)
            throw start.Refused($"RetryLimit is {limit}, {advice}, or omit RetryLimit: then a message is tried again without limit.");
        LeasePolicy policy = new(options, start.Opening.MaxDeliveries);
        IShmTaker<ShmLease<T>> taker = begin(start.Queue, start.Options);
        // Each group has one of its own.
        if (deadLetterQueue is not null && taker is IShmGroup<ShmLease<T>> { Name: var group }) deadLetterQueue += $".{group}";
        return new(start.At, policy, deadLetterQueue, taker, start.Logger);
    }

    public override string? Group => (taker as IShmGroup<ShmLease<T>>)?.Name;

    public override long Failed => _failed.Count;

    public override Lane<T> NewLane(TakenMessages<T> messages) => new LeasingLane<T>(this, taker, _failed, messages);

    /// <summary>A group's member ends with the service; the workers of a queue end with its handle.</summary>
    public override void Dispose() => (taker as IDisposable)?.Dispose();

    /// <summary>
    /// A message that was delivered too often could not be sent to the dead-letter queue. Logged once a second at most: it is tried again
    /// every second, and there may be many.
    /// </summary>
    public void Refused(ShmQueueDeadLetterException error)
    {
        long now = Environment.TickCount64, last = Volatile.Read(ref _refusedAt);
        if (now - last < RefusalsEvery || Interlocked.CompareExchange(ref _refusedAt, now, last) != last) return;
        logger.TakingRefused(At.Handler, At.Queue, error.Message);
    }

    /// <summary>Nothing can be taken at the moment, and later it can.</summary>
    public void Waits(ShmQueueException error, TimeSpan pause) => logger.TakingWaits(At.Handler, At.Queue, pause, error.Message);

    /// <summary>Messages were given back because the host stops.</summary>
    public void Interrupted(int count, Exception? error) => logger.MessagesInterrupted(error, At.Handler, count, At.Queue);

    /// <summary>Messages were handled, and are others' already.</summary>
    public void Late(int count) => logger.MessagesLate(At.Handler, count, At.Queue);
}

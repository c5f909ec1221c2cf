using Microsoft.Extensions.Logging;

namespace TypedShmQueue.Hosting.Handling;

/// <summary>A queue, or a subscription, that messages leave when they are taken.</summary>
internal sealed class ConsumedQueue<T>(HandlerPlace at, ShmQueueHandlerOptions options, IShmConsumer<T> consumer,
    IShmProducer<T>? deadLetters, ILogger logger, params IDisposable?[] owned) : HandledQueue<T>(at)
{
    private readonly MessageTaker<T> _taker = new(consumer);
    private readonly FailedMessages<T> _failed = new(at.Handler, at.Queue, options.OnError, deadLetters, options.DeadLetterQueue, logger);

    /// <summary>Opens the dead-letter queue, and begins to take.</summary>
    /// <param name="start">The handler that starts.</param>
    /// <param name="begin">Makes what is taken from, and what of it is to be disposed of with the service.</param>
    public static ConsumedQueue<T> Begin<TQueue, TOptions>(HandlerStart<TQueue, TOptions> start,
        Func<TQueue, TOptions, (IShmConsumer<T> Consumer, IDisposable? Owned)> begin)
        where TQueue : class, IShmQueue<TQueue>, IShmProducer<T>
        where TOptions : ShmQueueHandlerOptions
    {
        string queue = start.At.Queue;
        string? name = start.Options.DeadLetterQueue;
        if (string.Equals(name, queue, StringComparison.Ordinal))
            throw start.Refused($"DeadLetterQueue is '{queue}', the queue that it handles, so failed messages would come back "
                + $"indefinitely. Name another queue.");
        TQueue? deadLetters = name is null ? null : TQueue.OpenOrCreate(name, start.Opening);
        (IShmConsumer<T> consumer, IDisposable? owned) = begin(start.Queue, start.Options);
        return new(start.At, start.Options, consumer, deadLetters, start.Logger, owned, deadLetters);
    }

    public override string? Subscription => (consumer as IShmSubscription<T>)?.Name;

    public override long Failed => _failed.Count;

    public override Lane<T> NewLane(TakenMessages<T> messages) => new ConsumingLane(this, messages);

    public override void Dispose()
    {
        foreach (IDisposable? one in owned) one?.Dispose();
        _taker.Dispose();
        _failed.Dispose();
    }

    private sealed class ConsumingLane(ConsumedQueue<T> queue, TakenMessages<T> messages) : Lane<T>(messages)
    {
        public override ValueTask<bool> TakeAsync(CancellationToken cancellationToken) =>
            queue._taker.TakeAsync(Messages, cancellationToken);

        public override void Handled()
        {
        }

        public override ValueTask<bool> FailedAsync(Exception error, CancellationToken hurry) =>
            queue._failed.SettleAsync(Messages, error, hurry);

        public override void GiveBack()
        {
        }
    }
}

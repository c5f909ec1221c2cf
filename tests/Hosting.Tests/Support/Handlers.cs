namespace TypedShmQueue.Hosting.Tests.Support;

internal sealed class JobHandler(Received received) : IShmQueueHandler<Job>
{
    public ValueTask HandleAsync(Job message, CancellationToken cancellationToken) => received.Handle(this, [message.Number], cancellationToken);
}

internal sealed class JobBatchHandler(Received received) : IShmQueueBatchHandler<Job>
{
    public ValueTask HandleAsync(ReadOnlyMemory<Job> messages, CancellationToken cancellationToken) =>
        received.Handle(this, [.. messages.ToArray().Select(job => job.Number)], cancellationToken);
}

internal sealed class ChoreHandler(Received received) : IShmQueueHandler<Chore>
{
    public ValueTask HandleAsync(Chore message, CancellationToken cancellationToken) => received.Handle(this, [message.Number], cancellationToken);
}

internal sealed class TickHandler(Received received) : IShmQueueHandler<Tick>
{
    public ValueTask HandleAsync(Tick message, CancellationToken cancellationToken) => received.Handle(this, [message.Number], cancellationToken);
}

internal sealed class LetterBatchHandler(Received received) : IShmQueueBatchHandler<Letter>
{
    public ValueTask HandleAsync(ReadOnlyMemory<Letter> messages, CancellationToken cancellationToken) =>
        received.Handle(this, [.. messages.ToArray().Select(letter => letter.Number)], cancellationToken);
}

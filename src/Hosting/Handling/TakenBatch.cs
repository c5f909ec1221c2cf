namespace TypedShmQueue.Hosting;

/// <summary>
/// Messages for a handler of batches. Nothing but this class names an array of T, so that the others work with a T of any size.
/// </summary>
internal sealed class TakenBatch<T>(int maxBatchSize) : TakenMessages<T>
{
    private readonly T[] _messages = new T[maxBatchSize];

    public override Span<T> Room => _messages;

    public override ValueTask GiveToAsync(IShmQueueHandler<T> handler, CancellationToken cancellationToken) =>
        ((IShmQueueBatchHandler<T>)handler).HandleAsync(_messages.AsMemory(0, Count), cancellationToken);
}

using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace TypedShmQueue.Channels;

/// <summary>Sending messages, for code that knows channels. Completing the channel completes the queue, for all processes.</summary>
/// <param name="producer">Where the messages go; it stays its owner's to dispose.</param>
/// <param name="complete">Completes the queue.</param>
internal sealed class ShmChannelWriter<T>(IShmProducer<T> producer, Action complete) : ChannelWriter<T>
{
    private int _completed;

    public override bool TryWrite(T item)
    {
        try
        {
            return producer.TryEnqueue(item);
        }
        catch (ShmQueueCompletedException)
        {
            // A channel that is complete is one that cannot be written to, not an error.
            return false;
        }
    }

    public override ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken = default) =>
        producer.WaitToWriteAsync(cancellationToken);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask WriteAsync(T item, CancellationToken cancellationToken = default)
    {
        try
        {
            await producer.EnqueueAsync(item, cancellationToken).ConfigureAwait(false);
        }
        catch (ShmQueueCompletedException e)
        {
            throw new ChannelClosedException(e);
        }
    }

    /// <summary>Completes the queue. An error ends it all the same, and stays in this process: a queue carries messages only.</summary>
    /// <param name="error">Why.</param>
    /// <returns>Whether it was this adapter's first call.</returns>
    public override bool TryComplete(Exception? error = null)
    {
        if (Interlocked.Exchange(ref _completed, 1) != 0) return false;
        complete();
        return true;
    }
}

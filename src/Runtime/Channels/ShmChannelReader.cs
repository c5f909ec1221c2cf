using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace TypedShmQueue.Channels;

/// <summary>
/// Taking messages, for code that knows channels. The queue's end is the channel's completion, once a wait or a read has met it.
/// </summary>
/// <param name="consumer">Where the messages come from; it stays its owner's to dispose.</param>
internal sealed class ShmChannelReader<T>(IShmConsumer<T> consumer) : ChannelReader<T>
{
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override Task Completion => _completion.Task;

    public override bool CanPeek => true;

    public override bool TryRead([MaybeNullWhen(false)] out T item) => consumer.TryDequeue(out item);

    public override bool TryPeek([MaybeNullWhen(false)] out T item) => consumer.TryPeek(out item);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            bool more = await consumer.WaitToReadAsync(cancellationToken).ConfigureAwait(false);
            if (!more) _completion.TrySetResult();
            return more;
        }
        catch (ObjectDisposedException e)
        {
            EndBecauseOf(e);
            throw;
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<T> ReadAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            return await consumer.DequeueAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (ShmQueueCompletedException e)
        {
            _completion.TrySetResult();
            throw new ChannelClosedException(e);
        }
        catch (ObjectDisposedException e)
        {
            EndBecauseOf(e);
            throw;
        }
    }

    private void EndBecauseOf(Exception error)
    {
        if (!_completion.TrySetException(error)) return;
        // The reader got it already; a completion that nobody awaits is not an unobserved error.
        _ = _completion.Task.Exception;
    }
}

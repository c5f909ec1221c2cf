using Microsoft.Extensions.Logging;

namespace TypedShmQueue.Hosting;

/// <summary>What becomes of messages whose handler threw, by the policy of the service.</summary>
internal sealed class FailedMessages<T>(string handler, string queue, ShmQueueErrorPolicy policy, IShmProducer<T>? deadLetters, string? deadLetterQueue, ILogger logger) : IDisposable
{
    // The producers' role of the dead-letter queue may be for one, which belongs to one call at a time.
    private readonly SemaphoreSlim _turn = new(1);
    private long _count;

    public long Count => Volatile.Read(ref _count);

    /// <summary>Whether the service goes on.</summary>
    /// <param name="messages">What was in the handler's hands.</param>
    /// <param name="error">What it threw.</param>
    /// <param name="hurry">Ends the wait for room in the dead-letter queue.</param>
    public async ValueTask<bool> SettleAsync(ReadOnlyMemory<T> messages, Exception error, CancellationToken hurry)
    {
        Interlocked.Add(ref _count, messages.Length);
        switch (policy)
        {
            case ShmQueueErrorPolicy.Skip:
                logger.MessagesSkipped(error, handler, messages.Length, queue);
                return true;
            case ShmQueueErrorPolicy.DeadLetter:
                return await SendAsync(messages, error, hurry).ConfigureAwait(false);
            default:
                logger.HandlerStops(error, handler, messages.Length, queue);
                return false;
        }
    }

    public void Dispose() => _turn.Dispose();

    private async ValueTask<bool> SendAsync(ReadOnlyMemory<T> messages, Exception error, CancellationToken hurry)
    {
        int sent = 0;
        try
        {
            await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false); // who has the turn is in the same hurry
            try
            {
                // Room is looked for first: a stop in a hurry still sends what need not wait.
                for (; sent < messages.Length; sent++)
                {
                    if (!deadLetters!.TryEnqueue(messages.Span[sent])) await deadLetters.EnqueueAsync(messages.Span[sent], hurry).ConfigureAwait(false);
                }
            }
            finally
            {
                _turn.Release();
            }

            logger.MessagesDeadLettered(error, handler, messages.Length, queue, deadLetterQueue!);
            return true;
        }
        catch (Exception e) when (e is ShmQueueException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            if (sent > 0) logger.MessagesDeadLettered(error, handler, sent, queue, deadLetterQueue!);
            logger.DeadLettersLost(e, handler, messages.Length - sent, queue, deadLetterQueue!);
            return false;
        }
    }
}

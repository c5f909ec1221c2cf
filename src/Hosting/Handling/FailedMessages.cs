using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using TypedShmQueue.Hosting.Logging;

namespace TypedShmQueue.Hosting.Handling;

/// <summary>What becomes of messages whose handler threw, by the policy of the service.</summary>
internal sealed class FailedMessages<T>(string handler, string queue, ShmQueueErrorPolicy policy, IShmProducer<T>? deadLetters,
    string? deadLetterQueue, ILogger logger) : IDisposable
{
    // The producers' role of the dead-letter queue may be for one, which belongs to one call at a time.
    private readonly SemaphoreSlim _turn = new(1);
    private long _count;

    public long Count => Volatile.Read(ref _count);

    /// <summary>Whether the service goes on.</summary>
    /// <param name="messages">What was in the handler's hands.</param>
    /// <param name="error">What it threw.</param>
    /// <param name="hurry">Ends the wait for room in the dead-letter queue.</param>
    public async ValueTask<bool> SettleAsync(TakenMessages<T> messages, Exception error, CancellationToken hurry)
    {
        Interlocked.Add(ref _count, messages.Count);
        switch (policy)
        {
            case ShmQueueErrorPolicy.Skip:
                logger.MessagesSkipped(error, handler, messages.Count, queue);
                return true;
            case ShmQueueErrorPolicy.DeadLetter:
                return await SendAsync(messages, error, hurry).ConfigureAwait(false);
            default:
                logger.HandlerStops(error, handler, messages.Count, queue);
                return false;
        }
    }

    public void Dispose() => _turn.Dispose();

    [SuppressMessage("Design", "CA1031:Do not catch general exception types",
        Justification = "Whatever keeps a message from being sent, its serializer too, is met by the policy.")]
    private async ValueTask<bool> SendAsync(TakenMessages<T> messages, Exception error, CancellationToken hurry)
    {
        int sent = 0;
        List<Exception> refusals = [];
        await _turn.WaitAsync(CancellationToken.None).ConfigureAwait(false); // who has the turn is in the same hurry
        try
        {
            for (int i = 0; i < messages.Count; i++)
            {
                try
                {
                    // Room is looked for first: a stop in a hurry still sends what need not wait.
                    // By reference, and so not by EnqueueAsync: the stack may have no room for a copy.
                    while (!deadLetters!.TryEnqueue(in messages[i]))
                    {
                        if (await deadLetters.WaitToWriteAsync(hurry).ConfigureAwait(false)) continue;
                        // Completed: the call that waits with a thread says so.
                        deadLetters.Enqueue(in messages[i], hurry);
                        break;
                    }

                    sent++;
                }
                catch (Exception e)
                {
                    refusals.Add(e);
                    if (EndsSending(e, hurry)) break;
                }
            }
        }
        finally
        {
            _turn.Release();
        }

        if (sent > 0) logger.MessagesDeadLettered(error, handler, sent, queue, deadLetterQueue!);
        if (refusals.Count == 0) return true;
        logger.DeadLettersLost(new AggregateException([error, .. refusals]), handler, messages.Count - sent, queue, deadLetterQueue!,
            refusals[^1].Message);
        return false;
    }

    /// <summary>
    /// Whether the queue takes none of the other messages either. What concerns one message alone, its serializer or its size, does not
    /// keep the others from being sent.
    /// </summary>
    private static bool EndsSending(Exception refusal, CancellationToken hurry) => refusal switch
    {
        ShmQueueMessageTooLargeException => false,
        ShmQueueException or ObjectDisposedException => true,
        OperationCanceledException => hurry.IsCancellationRequested,
        _ => false,
    };
}

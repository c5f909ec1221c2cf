namespace TypedShmQueue.Hosting.Handling;

/// <summary>
/// Takes for all lanes of a service, for one at a time, whatever the consumer's role: a role for one, and a subscription, belong to one
/// call at a time. Nothing is taken ahead: a message leaves the queue when a lane is free to handle it.
/// </summary>
internal sealed class MessageTaker<T>(IShmConsumer<T> consumer) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>
    /// Takes at least one message and as many as there are and fit; waits for one. False: the queue is completed, and nothing is left.
    /// Cancelled, it has taken nothing.
    /// </summary>
    public async ValueTask<bool> TakeAsync(TakenMessages<T> messages, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            while (await consumer.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                // None: another process was faster.
                messages.Count = consumer.TryDequeue(messages.Room);
                if (messages.Count > 0) return true;
            }

            return false;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();
}

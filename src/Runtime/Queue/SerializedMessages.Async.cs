using System.Runtime.CompilerServices;

namespace TypedShmQueue.CompilerServices;

/// <content>Calls that wait without a thread: they wait as those of the slots do, and then try as the others do.</content>
public sealed partial class SerializedMessages<TMessage, TSerializer, TSlot, TProducers, TConsumers>
    where TSerializer : IShmSerializer<TMessage>
    where TSlot : unmanaged
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    /// <summary>Sends; waits for room without blocking a thread.</summary>
    public ValueTask EnqueueAsync(in TMessage message, CancellationToken cancellationToken) => SendAsync(message, cancellationToken);

    /// <summary>Waits until there is room, or never will be.</summary>
    public ValueTask<bool> WaitToWriteAsync(CancellationToken cancellationToken) => _queue.WaitToWriteAsync(cancellationToken);

    /// <summary>Takes the oldest message; waits for one without blocking a thread.</summary>
    public async ValueTask<TMessage> DequeueAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (true)
        {
            if (TryDequeue(out TMessage? message)) return message;
            // Completed and empty: the call that waits with a thread says so.
            if (!await _queue.WaitToReadAsync(cancellationToken).ConfigureAwait(false)) return Dequeue(cancellationToken);
        }
    }

    /// <summary>Waits until there is a message, or never will be one.</summary>
    public ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken) => _queue.WaitToReadAsync(cancellationToken);

    /// <summary>Takes messages as they come, up to the queue's end.</summary>
    public async IAsyncEnumerable<TMessage> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            while (TryDequeue(out TMessage? message))
            {
                yield return message;
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private async ValueTask SendAsync(TMessage message, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (!TryEnqueue(message))
        {
            if (await _queue.WaitToWriteAsync(cancellationToken).ConfigureAwait(false)) continue;
            // Completed: the call that waits with a thread says so.
            Enqueue(message, cancellationToken);
            return;
        }
    }
}

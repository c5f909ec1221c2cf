using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace TypedShmQueue.CompilerServices;

/// <summary>What an emitted subscription to serialized messages forwards to, whatever the serializer. One thread at a time; the emitted type documents its members.</summary>
/// <typeparam name="TMessage">The message.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class SerializedSubscription<TMessage> : IDisposable
{
    private protected SerializedSubscription()
    {
    }

    /// <summary>Its name; null for an anonymous one.</summary>
    public abstract string? Name { get; }

    /// <summary>The next message, counted from the first that was ever sent.</summary>
    public abstract long Position { get; }

    /// <summary>Messages that were overwritten before they were taken.</summary>
    public abstract long Missed { get; }

    /// <summary>Messages that are still to be taken, those being written included.</summary>
    public abstract long Lag { get; }

    /// <summary>Whether the queue was completed and this subscription has taken all of it.</summary>
    public abstract bool IsCompleted { get; }

    /// <summary>Takes the next message; waits for one.</summary>
    public abstract TMessage Dequeue(CancellationToken cancellationToken);

    /// <summary>Takes at least one message, and ends before one that cannot be read, unless it is the first.</summary>
    public abstract int Dequeue(Span<TMessage> destination, CancellationToken cancellationToken);

    /// <summary>Takes the next message if there is one.</summary>
    public abstract bool TryDequeue([MaybeNullWhen(false)] out TMessage message);

    /// <summary>Takes the next message; waits for one until the timeout.</summary>
    public abstract bool TryDequeue([MaybeNullWhen(false)] out TMessage message, TimeSpan timeout);

    /// <summary>Takes what there is and fits, and ends before a message that cannot be read, unless it is the first.</summary>
    public abstract int TryDequeue(Span<TMessage> destination);

    /// <summary>Takes the next message that matches; waits for one.</summary>
    public abstract TMessage Dequeue(MessagePredicate<TMessage> predicate, CancellationToken cancellationToken);

    /// <summary>Takes at least one message that matches.</summary>
    public abstract int Dequeue(MessagePredicate<TMessage> predicate, Span<TMessage> destination, CancellationToken cancellationToken);

    /// <summary>Takes the next message that matches, if there is one.</summary>
    public abstract bool TryDequeue(MessagePredicate<TMessage> predicate, [MaybeNullWhen(false)] out TMessage message);

    /// <summary>Takes the next message that matches; waits for one until the timeout.</summary>
    public abstract bool TryDequeue(MessagePredicate<TMessage> predicate, [MaybeNullWhen(false)] out TMessage message, TimeSpan timeout);

    /// <summary>Takes what there is, matches and fits.</summary>
    public abstract int TryDequeue(MessagePredicate<TMessage> predicate, Span<TMessage> destination);

    /// <summary>Reads the next message without taking it.</summary>
    public abstract bool TryPeek([MaybeNullWhen(false)] out TMessage message);

    /// <summary>Waits until there is a message, or never will be one.</summary>
    public abstract ValueTask<bool> WaitToReadAsync(CancellationToken cancellationToken);

    /// <summary>Takes the next message; waits for one without blocking a thread.</summary>
    public async ValueTask<TMessage> DequeueAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        while (true)
        {
            if (TryDequeue(out TMessage? message)) return message;
            // Completed and all taken: the call that waits with a thread says so.
            if (!await WaitToReadAsync(cancellationToken).ConfigureAwait(false)) return Dequeue(cancellationToken);
        }
    }

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

    /// <summary>Ends the subscription.</summary>
    public abstract void Dispose();
}

namespace TypedShmQueue;

/// <summary>
/// A subscription to a broadcast queue: it gets every message, at its own pace. One thread at a time uses it, a pending call counts as one.
/// </summary>
/// <typeparam name="T">The message.</typeparam>
public interface IShmSubscription<T> : IShmConsumer<T>, IDisposable
{
    /// <summary>Its name; null for an anonymous one.</summary>
    string? Name { get; }

    /// <summary>The next message it takes, counted from the first that was ever sent.</summary>
    long Position { get; }

    /// <summary>Messages that it has still to take at this instant, those being written included.</summary>
    long Lag { get; }

    /// <summary>How many messages were overwritten before it took them, as far as it has come.</summary>
    long Missed { get; }

    /// <summary>Whether the queue was completed and this subscription has taken every message.</summary>
    bool IsCompleted { get; }
}

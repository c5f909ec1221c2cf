namespace TypedShmQueue.Queue.Broadcast;

/// <summary>One subscription, whatever its messages and its slots.</summary>
internal interface ISubscribed : IDisposable
{
    string? Name { get; }

    /// <summary>The next message, counted from the first that was ever sent.</summary>
    long NextPosition { get; }

    long Lag { get; }

    long Missed { get; }

    bool IsCompleted { get; }

    /// <summary>From here on this thread is in a predicate. The result goes to <see cref="EndAsking"/>.</summary>
    int BeginAsking();

    void EndAsking(int before);
}

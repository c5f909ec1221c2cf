namespace TypedShmQueue.Queue;

/// <summary>A handle, as metrics see it. Its members may throw <see cref="ObjectDisposedException"/>.</summary>
internal interface IObservedQueue
{
    /// <summary>The queue's name.</summary>
    string Name { get; }

    /// <summary>The queue's file: handles of the same file are the same queue.</summary>
    string Path { get; }

    int Capacity { get; }

    int Count { get; }

    ShmQueueStatistics Statistics { get; }

    /// <summary>The subscriptions to a broadcast queue; none for any other.</summary>
    IReadOnlyList<ShmQueueSubscription> Subscriptions { get; }
}

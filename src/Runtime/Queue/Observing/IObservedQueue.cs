namespace TypedShmQueue.Queue.Observing;

/// <summary>A handle, as metrics see it. Its members may throw <see cref="ObjectDisposedException"/>.</summary>
internal interface IObservedQueue
{
    /// <summary>Which queue this is a handle on: handles of the same place are the same queue.</summary>
    ObservedPlace Place { get; }

    int Capacity { get; }

    int Count { get; }

    ShmQueueStatistics Statistics { get; }

    /// <summary>The subscriptions to a broadcast queue; none for any other.</summary>
    IReadOnlyList<ShmQueueSubscription> Subscriptions { get; }
}

namespace TypedShmQueue.Queue;

/// <summary>The subscriptions of one handle on a broadcast queue, as the handle itself needs them.</summary>
internal interface ISubscriptions
{
    /// <summary>Every subscription of the queue at this instant.</summary>
    IReadOnlyList<ShmQueueSubscription> Snapshot();

    /// <summary>Ends those of this handle; none begins any more.</summary>
    void EndAll();
}

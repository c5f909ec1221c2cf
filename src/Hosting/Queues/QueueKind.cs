namespace TypedShmQueue.Hosting.Queues;

/// <summary>What an emitted queue type can do, as its options and those of its handlers and health checks depend on it.</summary>
internal static class QueueKind
{
    public static bool IsBroadcast<TQueue>() => typeof(IShmBroadcast).IsAssignableFrom(typeof(TQueue));

    /// <summary>
    /// Whether its messages are taken under leases: by the workers of a queue with acknowledged delivery, or by the groups of a broadcast
    /// queue.
    /// </summary>
    public static bool HasLeases<TQueue>() => IsBroadcast<TQueue>() || IsAcknowledged<TQueue>();

    public static bool IsAcknowledged<TQueue>() => typeof(IShmAcknowledged).IsAssignableFrom(typeof(TQueue));
}

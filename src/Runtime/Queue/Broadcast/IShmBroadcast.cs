namespace TypedShmQueue;

/// <summary>What every broadcast queue tells of its subscriptions, whatever its messages.</summary>
public interface IShmBroadcast
{
    /// <summary>
    /// Every subscription at this instant, named ones without a holder included. Allocates, and makes a system call for each.
    /// </summary>
    IReadOnlyList<ShmQueueSubscription> Subscriptions { get; }

    /// <summary>Removes a named subscription that nobody holds. False if there is none of that name.</summary>
    bool RemoveSubscription(string name);

    /// <summary>
    /// Removes a consumer group and what it remembers. Producers wait for a group as long as it exists, whether or not it has members.
    /// </summary>
    /// <param name="name">The group's name.</param>
    /// <returns>False if there is none of that name.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is not valid.</exception>
    /// <exception cref="ShmQueueSubscriptionTakenException">The group has a member whose process lives.</exception>
    bool RemoveGroup(string name);
}

/// <summary>The side of a broadcast queue that is subscribed to: write code once for all of them.</summary>
/// <typeparam name="T">The message.</typeparam>
public interface IShmBroadcast<T> : IShmBroadcast
{
    /// <summary>Begins a subscription, which ends with its Dispose, the queue's handle or the process.</summary>
    IShmSubscription<T> Subscribe(SubscribeFrom from = default, SubscriptionOptions? options = null);

    /// <summary>Takes a named subscription up where it was left, or begins it. It outlives its holder.</summary>
    IShmSubscription<T> Subscribe(string name, SubscribeFrom from = default, SubscriptionOptions? options = null);
}

namespace TypedShmQueue;

/// <summary>What every queue with acknowledged delivery tells of its workers, whatever its messages.</summary>
public interface IShmAcknowledged
{
    /// <summary>
    /// What waits, what is taken and by which process, at this instant. Allocates, and makes a system call for each participant and lease.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The queue was disposed.</exception>
    ShmQueueGroup Workers { get; }
}

/// <summary>The workers' side of every queue with acknowledged delivery: write code once for all of them.</summary>
/// <typeparam name="T">The message.</typeparam>
public interface IShmAcknowledged<T> : IShmAcknowledged
{
    /// <summary>
    /// Takes messages of this queue under leases whose type does not depend on the queue. It ends with the queue's handle, and is the same
    /// each time.
    /// </summary>
    IShmTaker<ShmLease<T>> Leases { get; }
}

/// <summary>The side of every broadcast queue that groups are joined on: write code once for all of them.</summary>
/// <typeparam name="T">The message.</typeparam>
public interface IShmGroups<T>
{
    /// <summary>
    /// Becomes a member of a group, each message of which goes to one member. The group begins with this call if there is none of that
    /// name, and remembers what is done until <see cref="IShmBroadcast.RemoveGroup"/>. Makes system calls.
    /// </summary>
    /// <param name="name">The group's name, up to 63 bytes of UTF-8.</param>
    /// <param name="from">Where a new group begins; means nothing for one that exists.</param>
    /// <returns>The member; its Dispose leaves the group.</returns>
    /// <exception cref="ArgumentException"><paramref name="name"/> is not valid.</exception>
    /// <exception cref="ShmQueueLimitException">The queue has as many groups as it can have
    /// (<see cref="ShmQueueOptions.MaxGroups"/>).</exception>
    /// <exception cref="ObjectDisposedException">The queue was disposed.</exception>
    IShmGroup<ShmLease<T>> JoinGroup(string name, SubscribeFrom from = default);
}

using TypedShmQueue.CompilerServices;
using TypedShmQueue.Inspection;
using TypedShmQueue.Queue;

namespace TypedShmQueue;

/// <summary>Looks whether a queue's file holds nothing but what a queue writes, beside the processes that use it.</summary>
public static class ShmQueueVerification
{
    private const int MostFaults = 10;

    /// <summary>
    /// Checks header, schema, head and tail, the words of slots, lanes, roles, subscriptions, groups and leases. What is inside the
    /// messages is not looked at (<c>shmq verify</c> does). An intact queue is never reported as corrupt, however busy it is.
    /// </summary>
    /// <remarks>
    /// The file is mapped for reading only: no entry or role is taken, and nobody waits. It costs opening and mapping the file, the hash
    /// of the schema, four words, one word for each slot that is looked at, two for each lane (eight for each of
    /// <see cref="ShmQueueOptions.MaxParticipants"/>), three for each subscription, five for each lease entry that was ever used, and one
    /// for each slot that is looked at and each group. Each word read is a cache line that its writer has to get back. Any thread may call
    /// this.
    /// </remarks>
    /// <param name="name">The queue's name.</param>
    /// <param name="options">Where it is: <see cref="ShmQueueOptions.Directory"/> and <see cref="ShmQueueOptions.Permissions"/>.</param>
    /// <param name="maxSlots">The most slots to look at, from 0; those of the oldest messages come first. All unless given.</param>
    /// <returns>What was found, a sentence each, ten at most; none if the queue is whole.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxSlots"/> is negative.</exception>
    /// <exception cref="ShmQueueNotFoundException">There is no queue of that name.</exception>
    /// <exception cref="ShmQueueCorruptException">The file is not a queue, has another version, is truncated, or its header is
    /// corrupt.</exception>
    /// <exception cref="UnauthorizedAccessException">Folder or file are not to be trusted, or not to be read.</exception>
    public static IReadOnlyList<string> FindFaults(string name, ShmQueueOptions? options = null, int maxSlots = int.MaxValue)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(maxSlots);
        using SegmentReader queue = SegmentReader.TryOpen(name, options)
            ?? throw new ShmQueueNotFoundException(name, QueuePlace.Of(name, options, create: false).Directory);
        SegmentVerification verification = new(queue, MostFaults);
        verification.Run(maxSlots);
        return verification.Faults;
    }
}

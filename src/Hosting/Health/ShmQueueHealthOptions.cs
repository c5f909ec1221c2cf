namespace TypedShmQueue.Hosting;

/// <summary>
/// From when on a queue that works is called degraded. Read from the configuration section <c>ShmQueueHealth:{queue}</c>, then given
/// to the callback of the registration, and checked when the host starts. What is null is not judged.
/// </summary>
public sealed class ShmQueueHealthOptions
{
    /// <summary>
    /// The most messages the queue may hold, from 0. A broadcast queue keeps messages after they were taken: there, look at
    /// <see cref="MaxLag"/>.
    /// </summary>
    public long? MaxDepth { get; set; }

    /// <summary>For a broadcast queue: the most messages any subscription may have still to take, from 0.</summary>
    public long? MaxLag { get; set; }

    /// <summary>
    /// The most participants that may have died and not been replaced, from 0: the next process that opens the queue takes the entry of one
    /// who died. While there is one, the check itself does not open the queue.
    /// </summary>
    public int? MaxDeadParticipants { get; set; }

    /// <summary>
    /// With acknowledged delivery, and for the groups of a broadcast queue: the most messages that the workers of a group may have taken
    /// and not settled, from 0.
    /// </summary>
    public long? MaxLeased { get; set; }

    /// <summary>
    /// With acknowledged delivery, and for the groups of a broadcast queue: how long ago the oldest message may have been taken that is not
    /// settled, more than zero. Beyond it a worker hangs, or has longer work than expected.
    /// </summary>
    public TimeSpan? MaxLeaseAge { get; set; }

    /// <summary>
    /// The most messages that the queue's dead-letter queue (<see cref="ShmQueueServiceOptions.DeadLetter"/>), or that of a group, may
    /// hold, from 0. The check opens that queue.
    /// </summary>
    public long? MaxDeadLetters { get; set; }

    /// <summary>
    /// The most slots whose words are checked by one look, from 0: those of the oldest messages come first. Each costs reading one word,
    /// whose cache line its next producer has to get back. 4096 unless given.
    /// </summary>
    public int MaxSlotsVerified { get; set; } = 4096;
}

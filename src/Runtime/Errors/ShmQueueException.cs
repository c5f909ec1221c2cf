using System.Diagnostics.CodeAnalysis;

namespace TypedShmQueue;

/// <summary>
/// The base of everything a queue reports that is not the caller's argument. Its message says what was wrong and what to do.
/// </summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors",
    Justification = "Only the library creates these, always with a queue and a message.")]
[SuppressMessage("Design", "MA0069:Implement standard exception constructors", Justification = "As CA1032.")]
public abstract class ShmQueueException : Exception
{
    private protected ShmQueueException(string? queueName, string message, Exception? innerException = null)
        : base(message, innerException) => QueueName = queueName;

    /// <summary>The queue's name; null where the trouble came before any name was known.</summary>
    public string? QueueName { get; }
}

/// <summary>There is no queue of that name.</summary>
public sealed class ShmQueueNotFoundException : ShmQueueException
{
    internal ShmQueueNotFoundException(string queueName, string directory)
        : base(queueName, $"There is no queue '{queueName}' in '{directory}'. "
            + $"Create it first, use OpenOrCreate, or check ShmQueueOptions.Directory.")
    {
    }
}

/// <summary>The name is taken.</summary>
public sealed class ShmQueueExistsException : ShmQueueException
{
    private ShmQueueExistsException(string queueName, string message) : base(queueName, message)
    {
    }

    internal static ShmQueueExistsException Of(string queueName, string directory) => new(queueName,
        $"A queue '{queueName}' already exists in '{directory}'. Open it, use OpenOrCreate, delete it first, or choose another name "
            + $"(ShmQueueName.NewUnique()).");

    /// <summary>The queue is deleted, and the process that frees its name is stopped.</summary>
    internal static ShmQueueExistsException OfDeleted(string queueName, string directory) => new(queueName,
        $"The name '{queueName}' in '{directory}' still belongs to a queue that was deleted: "
            + $"another process is removing the name and makes no progress. It is stopped (SIGSTOP, a debugger) or gets no processor time. "
            + $"Let it continue or end it, or choose another name.");
}

/// <summary>The queue holds messages that differ from this type: its message says which field differs, on both sides.</summary>
public sealed class ShmQueueSchemaMismatchException : ShmQueueException
{
    internal ShmQueueSchemaMismatchException(string? queueName, string message) : base(queueName, message)
    {
    }
}

/// <summary>
/// The disk does not take what was sent, so it is not committed; or the queue cannot be durable there. What was sent stays sent.
/// </summary>
public sealed class ShmQueueDurabilityException : ShmQueueException
{
    internal ShmQueueDurabilityException(string queueName, string message, Exception? innerException = null)
        : base(queueName, message, innerException)
    {
    }
}

/// <summary>The file is no queue, is truncated, or its content could not have been written by any run of the protocol.</summary>
public sealed class ShmQueueCorruptException : ShmQueueException
{
    internal ShmQueueCorruptException(string? queueName, string message, Exception? cause = null) : base(queueName, message, cause)
    {
    }
}

/// <summary>A role declared <see cref="Endpoints.One"/> is held by another handle whose process lives.</summary>
public sealed class ShmQueueRoleTakenException : ShmQueueException
{
    internal ShmQueueRoleTakenException(string queueName, string role, int holderProcessId)
        : base(queueName, $"The queue '{queueName}' has one {role}, and process {holderProcessId} holds that role. "
            + $"Dispose its handle or end that process first, or declare the role as Endpoints.Many.") =>
        HolderProcessId = holderProcessId;

    /// <summary>The process that holds the role, as it saw its own id.</summary>
    public int HolderProcessId { get; }
}

/// <summary>The queue was completed: no more messages can be sent, and none is left to take.</summary>
public sealed class ShmQueueCompletedException : ShmQueueException
{
    internal ShmQueueCompletedException(string queueName, string message) : base(queueName, message)
    {
    }
}

/// <summary>
/// Something finite ran out: participant entries, producer threads, space, descriptors. A full ring is no exception: calls wait or return
/// false.
/// </summary>
public sealed class ShmQueueLimitException : ShmQueueException
{
    internal ShmQueueLimitException(string? queueName, ShmQueueLimit limit, string message, Exception? cause = null)
        : base(queueName, message, cause) => Limit = limit;

    /// <summary>What ran out.</summary>
    public ShmQueueLimit Limit { get; }
}

/// <summary>What a <see cref="ShmQueueLimitException"/> says has run out.</summary>
public enum ShmQueueLimit
{
    /// <summary>
    /// Room for the queue's file: the file system is full, its quota or the limit for a file is reached, or the system has no memory for
    /// it.
    /// </summary>
    Space,

    /// <summary>Address space or mappings of this process.</summary>
    Mappings,

    /// <summary>Open files of this process or of the system.</summary>
    OpenFiles,

    /// <summary>Handles that are attached at a time: <see cref="ShmQueueOptions.MaxParticipants"/>.</summary>
    Participants,

    /// <summary>Threads that enqueue at a time: several for each of <see cref="ShmQueueOptions.MaxParticipants"/>.</summary>
    ProducerThreads,

    /// <summary>Subscriptions of a broadcast queue: <see cref="ShmQueueOptions.MaxSubscriptions"/>.</summary>
    Subscriptions,

    /// <summary>Consumer groups of a broadcast queue: <see cref="ShmQueueOptions.MaxGroups"/>.</summary>
    Groups,

    /// <summary>Leases that are open at a time: <see cref="ShmQueueOptions.MaxLeases"/>.</summary>
    Leases,
}

/// <summary>
/// A message was to go to the dead-letter queue, and that queue takes nothing: it is full, completed, or cannot be opened. The message is
/// not lost: it was given back to the queue that it came from.
/// </summary>
public sealed class ShmQueueDeadLetterException : ShmQueueException
{
    internal ShmQueueDeadLetterException(string queueName, string deadLetter, long position, string why, Exception? innerException)
        : base(queueName, $"The message at position {position} of the queue '{queueName}' should go to the dead-letter queue "
            + $"'{deadLetter}', but {why}. The message stays in '{queueName}'.", innerException)
    {
        DeadLetter = deadLetter;
        Position = position;
    }

    /// <summary>The dead-letter queue's name.</summary>
    public string DeadLetter { get; }

    /// <summary>The message's position in the queue that it stays in.</summary>
    public long Position { get; }
}

/// <summary>A serialized message takes more bytes than a slot holds.</summary>
public sealed class ShmQueueMessageTooLargeException : ShmQueueException
{
    internal ShmQueueMessageTooLargeException(string queueName, string message) : base(queueName, message)
    {
    }
}

/// <summary>
/// EnqueueShift sent its message, and the one that it displaced cannot be handed out: it could not be read, and is lost. The inner
/// exception says why: it is what taking that message would have thrown.
/// </summary>
public sealed class ShmQueueDisplacedMessageException : ShmQueueException
{
    internal ShmQueueDisplacedMessageException(string queueName, Exception innerException)
        : base(queueName, $"The message was sent to the queue '{queueName}'; do not send it again. "
            + $"The message that it displaced is lost, because it could not be read: {innerException.Message}", innerException)
    {
    }
}

/// <summary>
/// A named subscription is held by another handle, or another subscription of this one, and its process lives; or a group that is to be
/// removed has a member.
/// </summary>
public sealed class ShmQueueSubscriptionTakenException : ShmQueueException
{
    internal ShmQueueSubscriptionTakenException(string queueName, string subscriptionName, int holderProcessId)
        : this(queueName, subscriptionName, holderProcessId, $"Process {holderProcessId} holds the subscription '{subscriptionName}' to "
            + $"the queue '{queueName}', and a name has one holder at a time. Dispose it there or end that process first, or choose "
            + $"another name.")
    {
    }

    private ShmQueueSubscriptionTakenException(string queueName, string subscriptionName, int holderProcessId, string message)
        : base(queueName, message)
    {
        SubscriptionName = subscriptionName;
        HolderProcessId = holderProcessId;
    }

    /// <summary>A group is to be removed that has a member.</summary>
    internal static ShmQueueSubscriptionTakenException OfGroup(string queueName, string group, int memberProcessId) => new(queueName, group,
        memberProcessId, $"Process {memberProcessId} is a member of the group '{group}' of the queue '{queueName}', so the group is not "
            + $"removed. Dispose its members first.");

    /// <summary>The subscription's name, or the group's.</summary>
    public string SubscriptionName { get; }

    /// <summary>The process that holds it, as it saw its own id.</summary>
    public int HolderProcessId { get; }
}

/// <summary>A subscription was to begin at a position that is overwritten already, or not reached yet.</summary>
public sealed class ShmQueuePositionException : ShmQueueException
{
    internal ShmQueuePositionException(string queueName, long position, long oldest, long end)
        : base(queueName, $"No subscription to the queue '{queueName}' can begin at position {position}: "
            + $"the queue keeps the positions from {oldest} on, and the next one to be sent is {end}. "
            + $"Use SubscribeFrom.Oldest or Latest, or a position between the two.")
    {
        Position = position;
        Oldest = oldest;
        End = end;
    }

    /// <summary>The position that was asked for.</summary>
    public long Position { get; }

    /// <summary>The oldest position that was kept at that time.</summary>
    public long Oldest { get; }

    /// <summary>The first position that was not sent yet at that time: what is being written, and all behind it.</summary>
    public long End { get; }
}

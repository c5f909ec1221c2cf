using System.Diagnostics.CodeAnalysis;

namespace TypedShmQueue.Hosting;

/// <summary>
/// A handler threw, and by its policy no more messages are taken. It ends the background service; the handler's own exception is the inner
/// one.
/// </summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors",
    Justification = "Only the library creates it, always with a queue and a handler.")]
[SuppressMessage("Design", "MA0069:Implement standard exception constructors", Justification = "As CA1032.")]
public sealed class ShmQueueHandlerException : Exception
{
    internal ShmQueueHandlerException(string queueName, string handler, Exception error)
        : base($"{handler} failed on a message of the queue '{queueName}', and stopped. "
            + $"Fix the cause, or set ShmQueueHandlerOptions.OnError to continue after failures. The error: {error.Message}", error) =>
        QueueName = queueName;

    /// <summary>The queue's name.</summary>
    public string QueueName { get; }
}

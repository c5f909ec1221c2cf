namespace TypedShmQueue.Hosting;

/// <summary>How a handler subscribes to a broadcast queue, and how messages are handed to it.</summary>
public sealed class ShmSubscriptionHandlerOptions : ShmQueueHandlerOptions
{
    /// <summary>
    /// The subscription's name: with one, the host goes on after a restart where it stopped, and one process at a time has it. Null:
    /// an anonymous one, which ends with the host.
    /// </summary>
    public string? Subscription { get; set; }

    /// <summary>
    /// Whether a subscription begins with what is sent from then on; otherwise with the oldest message that the queue keeps. A named
    /// one that exists goes on where it was left.
    /// </summary>
    public bool FromLatest { get; set; }

    /// <inheritdoc cref="SubscriptionOptions.Lossy"/>
    public bool Lossy { get; set; }

    /// <inheritdoc cref="SubscriptionOptions.HoldWhenAbsent"/>
    public TimeSpan HoldWhenAbsent { get; set; }
}

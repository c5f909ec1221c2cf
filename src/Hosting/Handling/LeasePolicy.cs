namespace TypedShmQueue.Hosting.Handling;

/// <summary>What becomes of a message that was taken under a lease, and whose handler threw.</summary>
/// <param name="options">The handler's options.</param>
/// <param name="maxDeliveries">How often the queue delivers a message at most; 0 is without limit.</param>
internal sealed class LeasePolicy(ShmLeaseHandlerOptions options, int maxDeliveries)
{
    private readonly long _lastDelivery = Math.Min(
        options.RetryLimit is { } retries ? retries + 1L : long.MaxValue,
        maxDeliveries > 0 ? maxDeliveries : long.MaxValue);

    /// <summary>Whether the service goes on after a failure.</summary>
    public bool GoesOn => options.OnError != ShmQueueErrorPolicy.Stop;

    /// <summary>What becomes of a message whose handler threw on this delivery.</summary>
    public Fate After(int deliveries) => options.OnError switch
    {
        ShmQueueErrorPolicy.Skip => Fate.Dropped,
        ShmQueueErrorPolicy.DeadLetter => Fate.DeadLettered,
        ShmQueueErrorPolicy.Retry => deliveries < _lastDelivery ? Fate.Retried : Fate.DeadLettered,
        _ => Fate.GivenBack,
    };

    /// <summary>How long it waits until the next delivery.</summary>
    public TimeSpan DelayAfter(int deliveries)
    {
        if (options.MaxRetryDelay is not { } longest) return options.RetryDelay;
        double doubled = options.RetryDelay.TotalMilliseconds * Math.Pow(2, deliveries - 1);
        return doubled < longest.TotalMilliseconds ? TimeSpan.FromMilliseconds(doubled) : longest;
    }
}

/// <summary>What becomes of a message whose handler threw.</summary>
internal enum Fate
{
    /// <summary>It is delivered again at once; the service stops.</summary>
    GivenBack,

    /// <summary>It is delivered again, after a delay.</summary>
    Retried,

    /// <summary>It goes to the dead-letter queue.</summary>
    DeadLettered,

    /// <summary>It is settled as if it had been handled.</summary>
    Dropped,
}

namespace TypedShmQueue.Queue.Broadcast;

/// <summary>Names of subscriptions: as those of queues, but 1 to 63 characters.</summary>
internal static class SubscriptionName
{
    public const int MaxLength = 63;

    /// <exception cref="ArgumentException">It is no name.</exception>
    public static void ThrowIfInvalid(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.Length > MaxLength || !ShmQueueName.IsValid(name))
            throw new ArgumentException($"'{name}' is no name for a subscription: 1 to {MaxLength} of A-Z a-z 0-9 . _ - and not " +
                $"starting with a dot.", nameof(name));
    }
}

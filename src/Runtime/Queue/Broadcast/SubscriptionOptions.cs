namespace TypedShmQueue;

/// <summary>How a subscription treats the producers. Immutable; safe to share.</summary>
public sealed record SubscriptionOptions
{
    /// <summary>The options a call without options uses.</summary>
    public static SubscriptionOptions Default { get; } = new();

    /// <summary>
    /// True: producers never wait for this subscription; when it is too slow it misses messages, and counts them. False: <c>Enqueue</c>
    /// waits for it while it lives.
    /// </summary>
    public bool Lossy { get; init; }

    /// <summary>
    /// For a named subscription that is not lossy: how long producers go on waiting for it when it has no holder, because its process
    /// ended or was found dead. Zero unless set: it holds nobody back, and counts what it misses. <see cref="Timeout.InfiniteTimeSpan"/>
    /// is for ever: then a full queue waits until somebody takes it up or removes it.
    /// </summary>
    public TimeSpan HoldWhenAbsent { get; init; }

    internal long HoldMilliseconds => HoldWhenAbsent == Timeout.InfiniteTimeSpan ? -1 : (long)HoldWhenAbsent.TotalMilliseconds;

    /// <exception cref="ArgumentException">A value is out of its range, or means nothing beside the others.</exception>
    internal static void ThrowIfInvalid(SubscriptionOptions options, bool named)
    {
        if (options.HoldWhenAbsent < TimeSpan.Zero && options.HoldWhenAbsent != Timeout.InfiniteTimeSpan)
            throw new ArgumentOutOfRangeException(nameof(options), options.HoldWhenAbsent, "SubscriptionOptions.HoldWhenAbsent must not " +
                "be negative, unless it is Timeout.InfiniteTimeSpan.");
        if (options.HoldWhenAbsent != TimeSpan.Zero && (options.Lossy || !named))
            throw new ArgumentException($"SubscriptionOptions.HoldWhenAbsent is {options.HoldWhenAbsent}, but only a named subscription " +
                $"that is not lossy can hold producers back when it is absent. Give it a name, or leave HoldWhenAbsent at zero.",
                nameof(options));
    }
}

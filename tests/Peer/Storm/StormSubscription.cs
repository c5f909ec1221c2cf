namespace TypedShmQueue.Peer.Storm;

/// <summary>A kind of subscription that a storm has.</summary>
/// <param name="Word">What it is called in an order to a peer; for a named one also its name.</param>
/// <param name="IsNamed">Outlives its holders.</param>
/// <param name="Options">How it treats producers.</param>
public sealed record StormSubscription(string Word, bool IsNamed, SubscriptionOptions Options)
{
    public static IReadOnlyList<StormSubscription> All { get; } =
    [
        new("waited-for", false, SubscriptionOptions.Default),
        new("lossy", false, new() { Lossy = true }),
        new("held", true, new() { HoldWhenAbsent = Timeout.InfiniteTimeSpan }),
        new("let-go", true, SubscriptionOptions.Default),
        new("lossy-named", true, new() { Lossy = true }),
    ];

    /// <summary>Misses nothing but what is displaced.</summary>
    public bool IsWaitedFor => !Options.Lossy && (!IsNamed || Options.HoldWhenAbsent != TimeSpan.Zero);

    public static StormSubscription Of(string word) => All.Single(k => string.Equals(k.Word, word, StringComparison.Ordinal));

    public TypedSubscription<Parcel> Subscribe<TProducers>(TypedBroadcast<Parcel, TProducers> queue, SubscribeFrom from)
        where TProducers : struct, IProducerRole =>
        IsNamed ? queue.Subscribe(Word, from, Options) : queue.Subscribe(from, Options);
}

namespace TypedShmQueue.Layout;

/// <summary>
/// What a subscription's entry is, in one word; 0 is nothing. The serial makes every beginning of a subscription a word of its own, so
/// that a swap of it never meets a later subscription in the same entry.
/// </summary>
internal readonly record struct SubscriptionState(long Word)
{
    private const long ActiveBit = 1, LossyBit = 2, NamedBit = 4;
    private const int FlagBits = 4;

    public static SubscriptionState Of(long serial, bool lossy, bool named) =>
        new((serial << FlagBits) | ActiveBit | (lossy ? LossyBit : 0) | (named ? NamedBit : 0));

    /// <summary>The same subscription, from now on outliving its holder.</summary>
    public SubscriptionState WithName => new(Word | NamedBit);

    public bool IsActive => (Word & ActiveBit) != 0;

    /// <summary>Never holds producers back.</summary>
    public bool IsLossy => (Word & LossyBit) != 0;

    /// <summary>Outlives its holder.</summary>
    public bool IsNamed => (Word & NamedBit) != 0;
}

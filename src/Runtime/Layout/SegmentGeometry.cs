namespace TypedShmQueue.Layout;

/// <summary>
/// Where everything is. Computed from six numbers; a header is believed only if it says just what is computed here.
/// </summary>
/// <param name="Capacity">Slots.</param>
/// <param name="MessageSize">Bytes of one message.</param>
/// <param name="MaxParticipants">Entries for attached handles.</param>
/// <param name="SchemaLength">Bytes of the schema text.</param>
internal sealed record SegmentGeometry(int Capacity, int MessageSize, int MaxParticipants, int SchemaLength)
{
    /// <summary>Entries for subscriptions; 0 unless messages go to every subscriber.</summary>
    public int MaxSubscriptions { get; init; }

    /// <summary>How long messages are kept at most; 0 is unlimited, and needs no stamps.</summary>
    public long RetentionMilliseconds { get; init; }

    /// <summary>Entries for consumer groups; 0 in a queue that has none.</summary>
    public int MaxGroups { get; init; }

    /// <summary>Entries for leases; 0 in a queue without groups.</summary>
    public int MaxLeases { get; init; }

    public int SlotStride => SlotLayout.Stride(MessageSize);

    public int LaneCount => MaxParticipants * Segment.LanesPerParticipant;

    public static long ParticipantsOffset => Segment.HeaderSize;

    public long LanesOffset => ParticipantsOffset + ((long)MaxParticipants * Segment.LinePair);

    private long LanesEnd => LanesOffset + ((long)LaneCount * Segment.LinePair);

    /// <summary>0 if there are none.</summary>
    public long SubscriptionsOffset => MaxSubscriptions > 0 ? LanesEnd : 0;

    private long SubscriptionsEnd => LanesEnd + ((long)MaxSubscriptions * SubscriptionRecord.Size);

    /// <summary>0 if there are none.</summary>
    public long GroupsOffset => MaxGroups > 0 ? SubscriptionsEnd : 0;

    private long GroupsEnd => SubscriptionsEnd + ((long)MaxGroups * GroupRecord.Size);

    /// <summary>0 if there are none.</summary>
    public long LeasesOffset => MaxLeases > 0 ? GroupsEnd : 0;

    public long SchemaOffset => GroupsEnd + ((long)MaxLeases * Segment.LinePair);

    public long SlotsOffset => ToPage(SchemaOffset + SchemaLength);

    private long SlotsEnd => SlotsOffset + ((long)Capacity * SlotStride);

    /// <summary>0 if there are none.</summary>
    public long StampsOffset => RetentionMilliseconds > 0 ? SlotsEnd : 0;

    private long StampsEnd => SlotsEnd + (RetentionMilliseconds > 0 ? (long)Capacity * sizeof(long) : 0);

    /// <summary>0 if there are none.</summary>
    public long LedgersOffset => MaxGroups > 0 ? ToPage(StampsEnd) : 0;

    public long FileSize => ToPage(MaxGroups > 0 ? LedgersOffset + ((long)MaxGroups * Capacity * sizeof(long)) : StampsEnd);

    /// <summary>Whether the numbers are in range, so that nothing above overflows.</summary>
    public bool IsSane =>
        Capacity is >= Segment.MinCapacity and <= Segment.MaxCapacity && int.IsPow2(Capacity) &&
        MessageSize is > 0 and <= 1 << 30 &&
        MaxParticipants is > 0 and <= Segment.MaxParticipants &&
        SchemaLength is > 0 and <= Segment.MaxSchemaLength &&
        MaxSubscriptions is >= 0 and <= Segment.MaxSubscriptions &&
        RetentionMilliseconds >= 0 && (RetentionMilliseconds == 0 || MaxSubscriptions > 0) &&
        MaxGroups is >= 0 and <= Segment.MaxGroups && MaxLeases is >= 0 and <= Segment.MaxLeases && MaxLeases > 0 == MaxGroups > 0;

    private static long ToPage(long offset) => (offset + Segment.PageSize - 1) & -Segment.PageSize;
}

/// <summary>What kind of messages a queue holds and by which protocol they travel: what two programs must agree on.</summary>
internal readonly ref struct SegmentIdentity(int messageSize, ulong schemaId, ReadOnlySpan<byte> schema, RoleFlags roles)
{
    public int MessageSize { get; } = messageSize;

    public ulong SchemaId { get; } = schemaId;

    public ReadOnlySpan<byte> Schema { get; } = schema;

    public RoleFlags Roles { get; } = roles;
}

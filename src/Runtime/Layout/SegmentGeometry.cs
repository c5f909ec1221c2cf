namespace TypedShmQueue.Layout;

/// <summary>
/// Where everything is. Computed from four numbers; a header is believed only if it says just what is computed here.
/// </summary>
/// <param name="Capacity">Slots.</param>
/// <param name="MessageSize">Bytes of one message.</param>
/// <param name="MaxParticipants">Entries for attached handles.</param>
/// <param name="SchemaLength">Bytes of the schema text.</param>
internal sealed record SegmentGeometry(int Capacity, int MessageSize, int MaxParticipants, int SchemaLength)
{
    public int SlotStride => SlotLayout.Stride(MessageSize);

    public int LaneCount => MaxParticipants * Segment.LanesPerParticipant;

    public static long ParticipantsOffset => Segment.HeaderSize;

    public long LanesOffset => ParticipantsOffset + ((long)MaxParticipants * Segment.LinePair);

    public long SchemaOffset => LanesOffset + ((long)LaneCount * Segment.LinePair);

    public long SlotsOffset => ToPage(SchemaOffset + SchemaLength);

    public long FileSize => ToPage(SlotsOffset + ((long)Capacity * SlotStride));

    /// <summary>Whether the four numbers are in range, so that nothing above overflows.</summary>
    public bool IsSane =>
        Capacity is >= Segment.MinCapacity and <= Segment.MaxCapacity && int.IsPow2(Capacity) &&
        MessageSize is > 0 and <= 1 << 30 &&
        MaxParticipants is > 0 and <= Segment.MaxParticipants &&
        SchemaLength is > 0 and <= Segment.MaxSchemaLength;

    private static long ToPage(long offset) => (offset + Segment.PageSize - 1) & -Segment.PageSize;
}

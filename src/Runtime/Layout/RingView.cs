namespace TypedShmQueue.Layout;

/// <summary>
/// The ring's words in memory, by address. Precondition for every use: the region is mapped (the holder of a view keeps its
/// region reachable), and the geometry is that of the mapping.
/// </summary>
internal readonly unsafe struct RingView
{
    private readonly SegmentHeader* _header;

    public RingView(byte* address, SegmentGeometry geometry)
    {
        _header = (SegmentHeader*)address;
        Capacity = geometry.Capacity;
        Mask = geometry.Capacity - 1;
        Slots = address + geometry.SlotsOffset;
        Stride = geometry.SlotStride;
        Lanes = (Lane*)(address + geometry.LanesOffset);
        LaneCount = geometry.LaneCount;
        IsBroadcast = geometry.MaxSubscriptions > 0 || geometry.MaxGroups > 0;
    }

    /// <summary>Slots; also the first position, so that 0 is never a position.</summary>
    public long Capacity { get; }

    /// <summary>Position to slot index.</summary>
    public long Mask { get; }

    public byte* Slots { get; }

    /// <summary>
    /// Bytes from slot to slot. Code that knows the message's type has it as a constant: <see cref="SlotLayout.Stride{T}"/>.
    /// </summary>
    public int Stride { get; }

    public Lane* Lanes { get; }

    public int LaneCount { get; }

    /// <summary>Whether subscriptions or groups take by cursors, and producers move head; only then does <see cref="Floor"/> mean anything.
    /// </summary>
    public bool IsBroadcast { get; }

    /// <summary>Next position to claim; <see cref="Segment.CompletedBit"/> once completed.</summary>
    public ref long Tail => ref _header->Tail;

    /// <summary>Next position to take.</summary>
    public ref long Head => ref _header->Head;

    /// <summary>Broadcast: up to where head may move, and the tombstones below; a <see cref="FloorWord"/>.</summary>
    public ref long Floor => ref _header->Floor;

    /// <summary>Broadcast: whether messages were ever displaced.</summary>
    public ref long Displaces => ref _header->Displaces;

    public ref long ProducerRole => ref _header->ProducerRole;

    public ref long ConsumerRole => ref _header->ConsumerRole;

    public ref long Displaced => ref _header->Displaced;

    public ref long Abandoned => ref _header->Abandoned;

    public ref long Recovered => ref _header->Recovered;

    public ref long Skipped => ref _header->Skipped;
}

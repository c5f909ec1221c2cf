namespace TypedShmQueue.Layout;

/// <summary>What a broadcast segment has beside the ring, by address. The same precondition as for <see cref="RingView"/>.</summary>
internal readonly unsafe struct SubscriptionsView
{
    private readonly SegmentHeader* _header;
    private readonly long _mask;

    public SubscriptionsView(byte* address, SegmentGeometry geometry)
    {
        _header = (SegmentHeader*)address;
        _mask = geometry.Capacity - 1;
        Records = (SubscriptionRecord*)(address + geometry.SubscriptionsOffset);
        Count = geometry.MaxSubscriptions;
        Stamps = geometry.RetentionMilliseconds > 0 ? (long*)(address + geometry.StampsOffset) : null;
        RetentionMilliseconds = geometry.RetentionMilliseconds;
        ProducersWait = new RoleFlags(_header->Roles).Waits;
    }

    public SubscriptionRecord* Records { get; }

    public int Count { get; }

    /// <summary>The queue's clock.</summary>
    public ClockWord Clock => new(Volatile.Read(ref _header->Clock));

    /// <summary>When each slot's message was sent, milliseconds of the queue's time; null without retention.</summary>
    public long* Stamps { get; }

    /// <summary>0 is for ever.</summary>
    public long RetentionMilliseconds { get; }

    /// <summary>Whether producers never displace.</summary>
    public bool ProducersWait { get; }

    public ref long Joined => ref _header->Joined;

    public ref long Used => ref _header->UsedSubscriptions;

    /// <summary>Entries that were ever used, never more than there are.</summary>
    public int InUse => (int)Math.Clamp(Volatile.Read(ref Used), 0, Count);

    /// <summary>The stamp of a position's slot. Precondition: there are stamps.</summary>
    public ref long Stamp(long position) => ref Stamps[position & _mask];
}

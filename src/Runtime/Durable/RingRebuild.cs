using TypedShmQueue.Journal;
using TypedShmQueue.Layout;
using TypedShmQueue.Ring.Broadcast;

namespace TypedShmQueue.Durable;

/// <summary>Fills a new ring, which nobody else can see yet, with what a journal holds.</summary>
internal readonly unsafe ref struct RingRebuild : IJournalTarget
{
    private readonly RingParts _parts;
    private readonly long _now;

    private RingRebuild(RingParts parts)
    {
        _parts = parts;
        _now = parts.Subscriptions.Stamps != null ? Clock.Now(parts.Subscriptions) : 0;
    }

    /// <summary>Fills the ring. False: no queue operation writes what the journal holds.</summary>
    /// <param name="parts">The ring, as it is made: empty.</param>
    /// <param name="contents">What the journal holds.</param>
    public static bool TryFill(RingParts parts, JournalContents contents)
    {
        long capacity = parts.Ring.Capacity;
        if (contents.Head < capacity || contents.Limit < contents.Head || contents.Limit - contents.Head > capacity
            || contents.Limit > long.MaxValue >> 3) return false;
        if (parts.Subscriptions.Count > 0) Clock.Begin(ref parts.Header->Clock);
        parts.Ring.Head = contents.Head;
        parts.Ring.Tail = contents.Limit | (contents.IsCompleted ? Segment.CompletedBit : 0);
        if (parts.Ring.IsBroadcast) parts.Ring.Floor = FloorWord.Of(contents.Head, 0).Word;
        RingRebuild target = new(parts);
        contents.Deliver(ref target);
        if (parts.Roles.IsAcknowledged) PlaceOnlyGroup(parts);
        return SideState.TryRead(contents.SideState.Span, parts);
    }

    /// <inheritdoc/>
    public void Message(long position, ReadOnlySpan<byte> bytes)
    {
        byte* slot = Slot(position);
        bytes.CopyTo(new Span<byte>(slot + SlotLayout.WordSize, _parts.MessageSize));
        // Its age is not known any more: it is kept for as long as a new one.
        if (_parts.Subscriptions.Stamps != null) _parts.Subscriptions.Stamp(position) = _now;
        *(long*)slot = SlotWord.Published(position);
    }

    /// <inheritdoc/>
    public void Absent(long first, long end)
    {
        for (long position = first; position < end; position++) *(long*)Slot(position) = SlotWord.Tombstone(position);
    }

    /// <summary>The group that such a queue begins with, where the messages are.</summary>
    private static void PlaceOnlyGroup(RingParts parts)
    {
        ref GroupRecord group = ref parts.Groups.Records[0];
        group.Cursor = group.Next = parts.Ring.Head;
        long before = LedgerWord.BeforeLap(parts.Groups.Lap(parts.Ring.Head)).Word;
        for (long i = 0; i < parts.Ring.Capacity; i++) parts.Groups.Ledger(0, i) = before;
    }

    private byte* Slot(long position) => _parts.Ring.Slots + ((position & _parts.Ring.Mask) * _parts.Stride);
}

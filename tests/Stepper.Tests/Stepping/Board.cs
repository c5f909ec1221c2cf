using System.Runtime.InteropServices;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Stepper.Tests.Stepping;

/// <summary>The words of one ring in plain native memory. Reset to an empty ring before each run.</summary>
internal sealed unsafe class Board : IDisposable
{
    private readonly SegmentGeometry _geometry;
    private readonly byte* _address;

    /// <param name="capacity">Slots.</param>
    /// <param name="messageSize">Bytes of a message.</param>
    /// <param name="subscriptions">Entries for subscriptions; 0 unless the ring is a broadcast queue's.</param>
    /// <param name="overflow">Whether subscriptions have to reckon with producers that displace.</param>
    /// <param name="leases">Entries for leases of the one consumer group; 0 if there is none.</param>
    public Board(int capacity, int messageSize, int subscriptions = 0, Overflow overflow = Overflow.Any, int leases = 0)
    {
        _geometry = new SegmentGeometry(capacity, messageSize, MaxParticipants: 1, SchemaLength: 1)
        {
            MaxSubscriptions = subscriptions,
            MaxGroups = leases > 0 ? 1 : 0,
            MaxLeases = leases,
        };
        _address = (byte*)NativeMemory.AlignedAlloc((nuint)_geometry.FileSize, Segment.PageSize);
        ((SegmentHeader*)_address)->Roles = new RoleFlags(Endpoints.Many, Endpoints.Many, overflow).Bits;
        View = new RingView(_address, _geometry);
        Subscriptions = new SubscriptionsView(_address, _geometry);
        Groups = new GroupsView(_address, _geometry);
    }

    public RingView View { get; }

    public SubscriptionsView Subscriptions { get; }

    public GroupsView Groups { get; }

    public int Stride => _geometry.SlotStride;

    /// <summary>Lanes from the first on that somebody has or may take; the rest is never written.</summary>
    public int LanesInUse { get; private set; }

    public void Reset(int lanesInUse)
    {
        NativeMemory.Clear(_address, (nuint)_geometry.FileSize);
        View.Tail = View.Head = View.Capacity;
        View.Floor = FloorWord.Of(View.Capacity, 0).Word;
        LanesInUse = lanesInUse;
        if (Groups.Count > 0) BeginGroupAt(View.Capacity);
    }

    /// <summary>The group has not handed out anything from this position on, and nothing below it concerns it.</summary>
    public void BeginGroupAt(long first)
    {
        for (long position = first; position < first + View.Capacity; position++)
            Groups.Ledger(0, position) = LedgerWord.BeforeLap(Groups.Lap(first)).Word;
        ref GroupRecord group = ref Groups.Records[0];
        group.Cursor = group.Next = first;
        group.State = SubscriptionState.Of(1, lossy: false, named: true).Word;
        Groups.Used = 1;
    }

    public void Dispose() => NativeMemory.AlignedFree(_address);
}

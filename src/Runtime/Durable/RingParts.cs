using TypedShmQueue.Layout;
using TypedShmQueue.Layout.Schema;

namespace TypedShmQueue.Durable;

/// <summary>Where everything of a mapped segment is that a journal holds. The same precondition as for <see cref="RingView"/>.</summary>
internal sealed unsafe class RingParts
{
    public RingParts(byte* address, SegmentGeometry geometry)
    {
        Header = (SegmentHeader*)address;
        Geometry = geometry;
        Ring = new RingView(address, geometry);
        Groups = new GroupsView(address, geometry);
        Subscriptions = new SubscriptionsView(address, geometry);
        Roles = new RoleFlags(Header->Roles);
        ReadOnlySpan<byte> text = new(address + geometry.SchemaOffset, geometry.SchemaLength);
        HasLength = ShmSchema.TryParse(text, out ShmSchema? schema) && schema.Serializer != null;
    }

    public SegmentHeader* Header { get; }

    public SegmentGeometry Geometry { get; }

    public RingView Ring { get; }

    public GroupsView Groups { get; }

    public SubscriptionsView Subscriptions { get; }

    public RoleFlags Roles { get; }

    public int Stride => Geometry.SlotStride;

    public int MessageSize => Geometry.MessageSize;

    /// <summary>Whether a message begins with its length: then the rest of its slot means nothing.</summary>
    public bool HasLength { get; }
}

namespace TypedShmQueue.Layout;

/// <summary>What kind of messages a queue holds and by which protocol they travel: what two programs must agree on.</summary>
internal readonly ref struct SegmentIdentity(int messageSize, ulong schemaId, ReadOnlySpan<byte> schema, RoleFlags roles)
{
    public int MessageSize { get; } = messageSize;

    public ulong SchemaId { get; } = schemaId;

    public ReadOnlySpan<byte> Schema { get; } = schema;

    public RoleFlags Roles { get; } = roles;
}

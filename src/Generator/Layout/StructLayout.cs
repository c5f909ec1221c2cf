namespace TypedShmQueue.Generator.Layout;

/// <summary>A struct with the offset of each of its fields, in declaration order.</summary>
internal sealed class StructLayout(IReadOnlyList<PlacedField> fields, long size, int alignment) : TypeLayout(size, alignment)
{
    public IReadOnlyList<PlacedField> Fields { get; } = fields;

    public override bool HasLeaves { get; } = fields.Any(static field => field.Type.HasLeaves);
}

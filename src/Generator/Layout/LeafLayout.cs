namespace TypedShmQueue.Generator.Layout;

/// <summary>A type the schema names as a whole: a primitive, an enum, a known framework type, a text.</summary>
internal sealed class LeafLayout(string schemaType, int size, int alignment) : TypeLayout(size, alignment)
{
    public string SchemaType { get; } = schemaType;

    public override bool HasLeaves => true;
}

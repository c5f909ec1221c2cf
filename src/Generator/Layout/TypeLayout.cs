namespace TypedShmQueue.Generator.Layout;

/// <summary>The bytes of one type: what its size, alignment and fields are once the runtime has laid it out.</summary>
/// <remarks>Sizes are 64-bit so that an absurd declaration is measured, and then refused, instead of overflowing.</remarks>
internal abstract class TypeLayout(long size, int alignment)
{
    /// <summary>Bytes, trailing padding included.</summary>
    public long Size { get; } = size;

    /// <summary>The alignment it asks for as a field: a power of two.</summary>
    public int Alignment { get; } = alignment;

    /// <summary>Whether it holds at least one leaf, so that the schema has a line for it.</summary>
    public abstract bool HasLeaves { get; }
}

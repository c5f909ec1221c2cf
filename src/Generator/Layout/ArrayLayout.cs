namespace TypedShmQueue.Generator.Layout;

/// <summary>A fixed buffer or an <c>[InlineArray]</c>: its elements one after the other, nothing in between.</summary>
internal sealed class ArrayLayout(TypeLayout element, int length, string? elementName, long size, int alignment)
    : TypeLayout(size, alignment)
{
    public TypeLayout Element { get; } = element;

    public int Length { get; } = length;

    /// <summary>The one declared field of an <c>[InlineArray]</c>; it names the array where the message itself is one.</summary>
    public string? ElementName { get; } = elementName;

    public override bool HasLeaves => Element.HasLeaves;
}

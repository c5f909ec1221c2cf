namespace TypedShmQueue.Generator.Layout;

/// <summary>Lays types out as the .NET runtime lays out unmanaged value types on 64-bit machines.</summary>
/// <remarks>
/// The rules, each checked against the runtime by randomized tests:
/// a field is aligned to its own alignment, capped by Pack; a struct is aligned as its most aligned field, capped alike;
/// its size is rounded up to that alignment unless Size is given, which replaces the rounding and never shrinks it.
/// </remarks>
internal static class LayoutCalculator
{
    /// <summary>What every size is cut off at: far above anything allowed, far below overflow.</summary>
    private const long Huge = 1L << 40;

    public static StructLayout Sequential(IReadOnlyList<DeclaredField> fields, int pack = 0, int size = 0)
    {
        var placed = new List<PlacedField>(fields.Count);
        long end = 0;
        foreach (var field in fields)
        {
            var offset = RoundUp(end, Capped(field.Type.Alignment, pack));
            placed.Add(new PlacedField(field.Name, field.Type, offset));
            end = Math.Min(offset + field.Type.Size, Huge);
        }

        return Finish(placed, end, pack, size);
    }

    public static StructLayout Explicit(IReadOnlyList<DeclaredField> fields, int pack = 0, int size = 0)
    {
        var placed = new List<PlacedField>(fields.Count);
        long end = 0;
        foreach (var field in fields)
        {
            placed.Add(new PlacedField(field.Name, field.Type, field.Offset));
            end = Math.Max(end, field.Offset + field.Type.Size);
        }

        return Finish(placed, end, pack, size);
    }

    /// <summary>Elements follow each other at their own size; the array takes as much as that many structs of one element each.</summary>
    /// <remarks>
    /// The two differ for an element whose declared Size is no multiple of its alignment: the rest is padding at the end.
    /// </remarks>
    public static ArrayLayout Array(TypeLayout element, int length, string? elementName = null, int pack = 0)
    {
        var alignment = Capped(element.Alignment, pack);
        var share = RoundUp(element.Size, alignment);
        return new ArrayLayout(element, length, elementName, share > Huge / length ? Huge : share * length, alignment);
    }

    /// <summary>An alignment under a Pack; 0 is none.</summary>
    public static int Capped(int alignment, int pack) => pack > 0 ? Math.Min(alignment, pack) : alignment;

    private static StructLayout Finish(List<PlacedField> fields, long end, int pack, int size)
    {
        var alignment = 1;
        foreach (var field in fields)
            alignment = Math.Max(alignment, Capped(field.Type.Alignment, pack));

        // A struct without fields still takes a byte, so that two of them have different addresses.
        var total = size > 0 ? Math.Max(end, size) : Math.Max(RoundUp(end, alignment), 1);
        return new StructLayout(fields, total, alignment);
    }

    private static long RoundUp(long value, int alignment) => (value + alignment - 1) & -(long)alignment;
}

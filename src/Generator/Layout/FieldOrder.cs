namespace TypedShmQueue.Generator.Layout;

/// <summary>The order of fields that leaves the least padding: largest alignment first, otherwise as declared.</summary>
/// <remarks>A type's size is a multiple of its alignment, so in this order no field needs padding before it.</remarks>
internal static class FieldOrder
{
    /// <summary>A struct of the same fields in that order.</summary>
    public static StructLayout Tighten(StructLayout declared, int pack)
    {
        // OrderBy is stable, which is what keeps declaration order.
        var fields = declared.Fields
            .OrderByDescending(field => LayoutCalculator.Capped(field.Type.Alignment, pack))
            .Select(static field => new DeclaredField(field.Name, field.Type));
        return LayoutCalculator.Sequential([.. fields], pack);
    }

    /// <summary>Bytes of a struct that belong to none of its fields.</summary>
    public static long Padding(StructLayout type) => type.Size - type.Fields.Sum(static field => field.Type.Size);
}

using System.Globalization;
using Microsoft.CodeAnalysis;
using TypedShmQueue.Generator.Layout;

namespace TypedShmQueue.Generator.Parsing;

/// <summary>Reads an enum as its number, with the names of its values, so that a tool can show them.</summary>
internal static class EnumLayoutReader
{
    /// <summary>Null if the enum does not compile.</summary>
    /// <remarks>
    /// Sorted by value, then by name: the order of declaration is not the same in every version of an assembly, nor in its reference
    /// assembly, and says nothing about the bytes.
    /// </remarks>
    public static LeafLayout? Read(INamedTypeSymbol type)
    {
        if (type.EnumUnderlyingType is not { } number || !KnownTypes.Primitives.TryGetValue(number.FullMetadataName(), out var layout))
            return null;

        var members = type.GetMembers()
            .OfType<IFieldSymbol>()
            .Where(static member => member.HasConstantValue)
            .Select(static member => (Name: SchemaText.Name(member.Name),
                Value: Convert.ToDecimal(member.ConstantValue, CultureInfo.InvariantCulture)))
            .OrderBy(static member => member.Value)
            .ThenBy(static member => member.Name, StringComparer.Ordinal)
            .Select(static member => member.Name + "=" + member.Value.ToString(CultureInfo.InvariantCulture));
        return new LeafLayout($"enum:{layout.SchemaType}({string.Join(",", members)})", (int)layout.Size, layout.Alignment);
    }
}

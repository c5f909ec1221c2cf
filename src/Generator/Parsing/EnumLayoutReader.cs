using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using TypedShmQueue.Generator.Layout;

namespace TypedShmQueue.Generator.Parsing;

/// <summary>Reads an enum as its number, with the names of its values, so that a tool can show them.</summary>
internal static class EnumLayoutReader
{
    /// <summary>Null if the enum does not compile.</summary>
    public static LeafLayout? Read(INamedTypeSymbol type)
    {
        if (type.EnumUnderlyingType is not { } number || !KnownTypes.Primitives.TryGetValue(number.FullMetadataName(), out var layout))
            return null;

        var text = new StringBuilder("enum:").Append(layout.SchemaType).Append('(');
        var first = text.Length;
        foreach (var member in type.GetMembers())
        {
            if (member is not IFieldSymbol { HasConstantValue: true } value)
                continue;

            if (text.Length > first)
                text.Append(',');
            text.Append(value.Name).Append('=').Append(Convert.ToString(value.ConstantValue, CultureInfo.InvariantCulture));
        }

        return new LeafLayout(text.Append(')').ToString(), (int)layout.Size, layout.Alignment);
    }
}

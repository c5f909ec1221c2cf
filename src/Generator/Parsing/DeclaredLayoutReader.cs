using System.Globalization;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Runtime.InteropServices;
using Microsoft.CodeAnalysis;

namespace TypedShmQueue.Generator.Parsing;

/// <summary>Reads what a declaration says about layout: from attributes in source, from the metadata tables in a reference.</summary>
/// <remarks>In metadata StructLayout and FieldOffset are not attributes but table rows, which symbols do not show.</remarks>
internal static class DeclaredLayoutReader
{
    /// <summary>Null if it cannot be read.</summary>
    public static DeclaredLayout? Read(INamedTypeSymbol type)
    {
        type = type.OriginalDefinition;
        if (!IsFromMetadata(type))
            return FromAttribute(type.FindAttribute(AttributeNames.StructLayout));

        if (MetadataOf(type) is not { } reader)
            return null;

        var definition = reader.GetTypeDefinition((TypeDefinitionHandle)MetadataTokens.EntityHandle(type.MetadataToken));
        var layout = definition.GetLayout();
        var kind = (definition.Attributes & TypeAttributes.LayoutMask) switch
        {
            TypeAttributes.SequentialLayout => LayoutKind.Sequential,
            TypeAttributes.ExplicitLayout => LayoutKind.Explicit,
            _ => LayoutKind.Auto,
        };
        return layout.IsDefault ? new DeclaredLayout(kind, 0, 0) : new DeclaredLayout(kind, layout.PackingSize, layout.Size);
    }

    /// <summary>The offset an explicit layout gives a field; null if it cannot be read.</summary>
    public static int? ReadOffset(IFieldSymbol field)
    {
        field = field.OriginalDefinition;
        if (!IsFromMetadata(field.ContainingType))
            return field.FindAttribute(AttributeNames.FieldOffset)?.FirstArgument() as int?;

        if (MetadataOf(field.ContainingType) is not { } reader)
            return null;

        var declared = reader.GetFieldDefinition((FieldDefinitionHandle)MetadataTokens.EntityHandle(field.MetadataToken)).GetOffset();
        return declared < 0 ? null : declared;
    }

    private static bool IsFromMetadata(INamedTypeSymbol type) => type.DeclaringSyntaxReferences.IsEmpty;

    private static MetadataReader? MetadataOf(INamedTypeSymbol type) => type.ContainingModule?.GetMetadata()?.GetMetadataReader();

    private static DeclaredLayout? FromAttribute(AttributeData? attribute)
    {
        if (attribute is null)
            return new DeclaredLayout(LayoutKind.Sequential, 0, 0);

        // One constructor takes the enum, the other a short.
        if (attribute.FirstArgument() is not { } kind)
            return null;

        return new DeclaredLayout(
            (LayoutKind)Convert.ToInt32(kind, CultureInfo.InvariantCulture),
            attribute.NamedArgument("Pack") as int? ?? 0,
            attribute.NamedArgument("Size") as int? ?? 0);
    }
}

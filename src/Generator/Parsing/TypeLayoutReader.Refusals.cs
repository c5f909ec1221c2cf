using System.Runtime.InteropServices;
using Microsoft.CodeAnalysis;
using TypedShmQueue.Generator.Diagnostics;
using TypedShmQueue.Generator.Layout;

namespace TypedShmQueue.Generator.Parsing;

/// <content>What is refused, and what is suggested instead.</content>
internal sealed partial class TypeLayoutReader
{
    private TypeLayout? RefuseManaged(ITypeSymbol type, FieldPlace place) =>
        Refuse(RemedyOf(type, place), Rules.NotUnmanaged, place, place.Path, type.ToDisplayString(), type switch
        {
            { SpecialType: SpecialType.System_String } =>
                "is not unmanaged; for short text use ShmText16, ShmText32, ShmText64, ShmText128 or ShmText256, for any other set " +
                    "Serializer and MaxMessageBytes",
            { TypeKind: TypeKind.Array } => "is not unmanaged; use a fixed buffer, or a struct marked [InlineArray]",
            { TypeKind: TypeKind.TypeParameter } => "is a type parameter; use a type",
            { IsReferenceType: true } => "is a reference, which has no meaning in another process; use an unmanaged struct",
            _ => "is not unmanaged; use an unmanaged struct",
        });

    /// <summary>Text has a clear remedy; what to do with another reference only its author knows.</summary>
    private static Remedy RemedyOf(ITypeSymbol type, FieldPlace place) =>
        type.SpecialType == SpecialType.System_String ? new Remedy(place.Declared, "ShmText") : new Remedy();

    /// <summary>The attribute that leaves the layout open, if the source says one.</summary>
    private static Remedy RemedyOfLayout(INamedTypeSymbol type)
    {
        var isOpen = type.FindAttribute(AttributeNames.ExtendedLayout) ?? (DeclaredLayoutReader.Read(type) is { Kind: LayoutKind.Auto }
            ? type.FindAttribute(AttributeNames.StructLayout)
            : null);
        return isOpen?.ApplicationSyntaxReference is { } syntax
            ? new Remedy(Location.Create(syntax.SyntaxTree, syntax.Span), nameof(LayoutKind.Sequential))
            : new Remedy();
    }

    private TypeLayout? RefuseAddress(ITypeSymbol type, FieldPlace place) =>
        Refuse(Rules.AddressField, place, place.Path, type.ToDisplayString(),
            type.TypeKind == TypeKind.Struct ? "use long or ulong for a number" : "send the data itself, or an offset");

    private TypeLayout? RefuseUnknown(INamedTypeSymbol type, FieldPlace place) =>
        Refuse(Rules.UnknownFrameworkType, place, place.Path, type.ToDisplayString(),
            type.IsTupleType
                ? "use a struct of your own, since a tuple leaves the order of its fields to the runtime"
                : "use a struct of your own with the same fields");

    private List<DeclaredField>? RefuseTwins(INamedTypeSymbol type, FieldPlace place, string name)
    {
        var field = InstanceFields(type).Last(field => string.Equals(NameOf(field), name, StringComparison.Ordinal));
        var inner = place.Field(name, field);
        Refuse(Rules.TwinFields, inner, type.ToDisplayString(), name);
        return null;
    }

    private TypeLayout? RefuseDepth(FieldPlace place) =>
        Refuse(Rules.MessageTooLarge, place, FormattableString.Invariant($"nests structs more than {MaxDepth} deep"));

    private TypeLayout? Refuse(DiagnosticDescriptor rule, FieldPlace place, params string[] arguments) =>
        Refuse(new Remedy(), rule, place, arguments);

    private TypeLayout? Refuse(Remedy remedy, DiagnosticDescriptor rule, FieldPlace place, params string[] arguments)
    {
        problems.Add(remedy, rule, place.Location, [message.Name, .. arguments]);
        return null;
    }
}

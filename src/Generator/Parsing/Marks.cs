using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TypedShmQueue.Generator.Model;

namespace TypedShmQueue.Generator.Parsing;

/// <summary>What the compiler tells users of a type: that it is obsolete, or an experiment.</summary>
internal static class Marks
{
    private static readonly string[] s_attributes = [AttributeNames.Obsolete, AttributeNames.Experimental];

    /// <summary>
    /// The message's marks as code, for what is emitted beside it: its users get the same warnings, and it may name the message. A user's
    /// own part of it may bear them already.
    /// </summary>
    public static EquatableArray<string> Of(INamedTypeSymbol message, string emittedName)
    {
        var scope = message.ContainingType ?? (INamespaceOrTypeSymbol)message.ContainingNamespace;
        var part = scope.GetTypeMembers(emittedName, 0).FirstOrDefault();
        return new(
        [
            .. s_attributes.Where(mark => part?.FindAttribute(mark) is null).Select(message.FindAttribute).OfType<AttributeData>()
                .Select(Code),
        ]);
    }

    /// <summary>
    /// The ids by which the compiler would warn whoever names the serializer: the author of the message has been warned already.
    /// </summary>
    public static EquatableArray<string> IdsOf(ITypeSymbol? serializer) =>
        new(
        [
            .. TypesIn(serializer).SelectMany(IdsOfOne).Where(SyntaxFacts.IsValidIdentifier)
                .Distinct(StringComparer.Ordinal).OrderBy(static id => id, StringComparer.Ordinal),
        ]);

    private static string Code(AttributeData attribute)
    {
        var arguments = attribute.ConstructorArguments.Select(static value => value.ToCSharpString())
            .Concat(attribute.NamedArguments.Select(static named => named.Key + " = " + named.Value.ToCSharpString()));
        return $"{attribute.AttributeClass!.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)}({string.Join(", ", arguments)})";
    }

    private static IEnumerable<string> IdsOfOne(INamedTypeSymbol type) =>
        new[] { type.FindAttribute(AttributeNames.Obsolete)?.NamedArgument("DiagnosticId"),
            type.FindAttribute(AttributeNames.Experimental)?.FirstArgument() }.OfType<string>();

    /// <summary>Every type that the name of this one consists of.</summary>
    private static IEnumerable<INamedTypeSymbol> TypesIn(ITypeSymbol? type) => type is INamedTypeSymbol named
        ? [named, .. TypesIn(named.ContainingType), .. named.TypeArguments.SelectMany(TypesIn)]
        : [];
}

using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TypedShmQueue.Generator.Parsing;

/// <summary>Names of symbols in the forms that the models carry.</summary>
internal static class SymbolNames
{
    /// <summary>The name as code: <c>@</c> before what would be read as a keyword.</summary>
    public static string Escape(string name) =>
        SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None || SyntaxFacts.GetContextualKeywordKind(name) != SyntaxKind.None ? "@" + name
            : name;

    /// <summary>
    /// The name of a type that is declared: the compiler warns of a new one in small letters (CS8981), unless it is written so.
    /// </summary>
    public static string EscapeDeclared(string name) => name.All(static letter => letter is >= 'a' and <= 'z') ? "@" + name : Escape(name);

    /// <summary>Namespace, containers and metadata name: <c>Demo.Outer+Inner`1</c>.</summary>
    public static string FullMetadataName(this INamedTypeSymbol type)
    {
        var name = new StringBuilder(type.MetadataName);
        for (var outer = type.ContainingType; outer is not null; outer = outer.ContainingType)
            name.Insert(0, '+').Insert(0, outer.MetadataName);
        for (var space = type.ContainingNamespace; space is { IsGlobalNamespace: false }; space = space.ContainingNamespace)
            name.Insert(0, '.').Insert(0, space.MetadataName);
        return name.ToString();
    }

    /// <summary>The namespace as code, or null for the global one.</summary>
    public static string? NamespaceCode(INamedTypeSymbol type)
    {
        if (type.ContainingNamespace is not { IsGlobalNamespace: false } space)
            return null;

        var name = Escape(space.Name);
        for (space = space.ContainingNamespace; space is { IsGlobalNamespace: false }; space = space.ContainingNamespace)
            name = Escape(space.Name) + "." + name;
        return name;
    }

    /// <summary>The attribute of that full metadata name, or null.</summary>
    public static AttributeData? FindAttribute(this ISymbol symbol, string fullName)
    {
        foreach (var attribute in symbol.GetAttributes())
        {
            // The last part first, which needs no new string: most attributes are others.
            if (attribute.AttributeClass is { } type
                && fullName.EndsWith(type.MetadataName, StringComparison.Ordinal)
                && string.Equals(type.FullMetadataName(), fullName, StringComparison.Ordinal))
            {
                return attribute;
            }
        }

        return null;
    }

    /// <summary>The value of a named argument, or null if it is not given.</summary>
    public static object? NamedArgument(this AttributeData attribute, string name)
    {
        foreach (var argument in attribute.NamedArguments)
        {
            if (string.Equals(argument.Key, name, StringComparison.Ordinal) && argument.Value.Kind != TypedConstantKind.Array)
                return argument.Value.Value;
        }

        return null;
    }

    /// <summary>The value of the first constructor argument, or null if there is none.</summary>
    public static object? FirstArgument(this AttributeData attribute) =>
        attribute.ConstructorArguments.Length > 0 && attribute.ConstructorArguments[0].Kind != TypedConstantKind.Array
            ? attribute.ConstructorArguments[0].Value
            : null;
}

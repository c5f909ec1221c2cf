using System.Text;
using Microsoft.CodeAnalysis;

namespace TypedShmQueue.Generator.Parsing;

/// <summary>
/// The names of a project's references as code: an assembly that is known by aliases only is not under <c>global::</c>. Notes which aliases
/// were needed.
/// </summary>
internal sealed class ExternAliases(Compilation compilation)
{
    private readonly SortedSet<string> _used = new(StringComparer.Ordinal);

    public string[] Used => [.. _used];

    /// <summary>The alias of the assembly; null if <c>global::</c> leads to it.</summary>
    public string? Of(IAssemblySymbol? assembly)
    {
        if (assembly is null
            || compilation.GetMetadataReference(assembly) is not { Properties.Aliases: { IsDefaultOrEmpty: false } aliases }
            || aliases.Contains(MetadataReferenceProperties.GlobalAlias, StringComparer.Ordinal))
        {
            return null;
        }

        var alias = SymbolNames.Escape(aliases[0]);
        _used.Add(alias);
        return alias;
    }

    /// <summary>The full name of the type as code, each name in it from where it is found.</summary>
    public string FullName(ITypeSymbol type)
    {
        var name = new StringBuilder();
        var parts = type.ToDisplayParts(SymbolDisplayFormat.FullyQualifiedFormat);
        for (var i = 0; i < parts.Length; i++)
        {
            var isRoot = parts[i].Kind == SymbolDisplayPartKind.Keyword
                && string.Equals(parts[i].ToString(), "global", StringComparison.Ordinal);
            name.Append(isRoot && Of(AssemblyAfter(i)) is { } alias ? alias : parts[i].ToString());
        }

        return name.ToString();

        IAssemblySymbol? AssemblyAfter(int root) =>
            parts.Skip(root).Select(static part => part.Symbol).OfType<INamedTypeSymbol>().FirstOrDefault()?.ContainingAssembly;
    }
}

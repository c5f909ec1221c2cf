using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedShmQueue.Generator.Parsing;

/// <summary>
/// Finds primary constructor parameters that a struct keeps: the compiler gives each a hidden field that no symbol shows.
/// </summary>
internal static class CapturedParameters
{
    /// <summary>The first captured parameter's name, or null.</summary>
    public static string? Find(INamedTypeSymbol type, Compilation compilation, CancellationToken cancellationToken)
    {
        // In a record every parameter is hidden by its property, so none can be captured.
        if (type.IsRecord || Parameters(type, cancellationToken) is not { Count: > 0 } names)
            return null;

        foreach (var reference in type.OriginalDefinition.DeclaringSyntaxReferences)
        {
            var declaration = reference.GetSyntax(cancellationToken);
            SemanticModel? semantics = null;
            foreach (var identifier in declaration.DescendantNodes().OfType<IdentifierNameSyntax>())
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!names.Contains(identifier.Identifier.ValueText) || IsInInitializer(identifier, declaration))
                    continue;

                if (!compilation.ContainsSyntaxTree(declaration.SyntaxTree))
                {
                    if (NameOfAround(identifier) is null)
                        return identifier.Identifier.ValueText;
                    continue;
                }

                semantics ??= compilation.GetSemanticModel(declaration.SyntaxTree);
                if (NameOfAround(identifier) is { } name && semantics.GetSymbolInfo(name, cancellationToken).Symbol is null)
                    continue;
                if (semantics.GetSymbolInfo(identifier, cancellationToken).Symbol is IParameterSymbol parameter
                    && parameter.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Constructor } constructor
                    && constructor.DeclaringSyntaxReferences.Any(static syntax => syntax.GetSyntax() is TypeDeclarationSyntax))
                {
                    return parameter.Name;
                }
            }
        }

        return null;
    }

    /// <summary>
    /// The <c>nameof</c> that the identifier stands in, which only asks for the name; or a call of a method of that name.
    /// </summary>
    private static InvocationExpressionSyntax? NameOfAround(SyntaxNode identifier) =>
        identifier.Ancestors().OfType<InvocationExpressionSyntax>()
        .FirstOrDefault(static call => call.Expression is IdentifierNameSyntax { Identifier.Text: "nameof" });

    private static HashSet<string>? Parameters(INamedTypeSymbol type, CancellationToken cancellationToken)
    {
        foreach (var reference in type.OriginalDefinition.DeclaringSyntaxReferences)
        {
            if (reference.GetSyntax(cancellationToken) is TypeDeclarationSyntax { ParameterList: { } list })
                return new HashSet<string>(list.Parameters.Select(static parameter => parameter.Identifier.ValueText),
                    StringComparer.Ordinal);
        }

        return null;
    }

    /// <summary>An initializer of a field or property runs inside the constructor and keeps nothing, unless a lambda in it does.</summary>
    private static bool IsInInitializer(SyntaxNode node, SyntaxNode declaration)
    {
        for (var outer = node.Parent; outer is not null && outer != declaration; outer = outer.Parent)
        {
            if (outer is AnonymousFunctionExpressionSyntax)
                return false;
            if (outer is AttributeListSyntax or EqualsValueClauseSyntax
                {
                    Parent: PropertyDeclarationSyntax or VariableDeclaratorSyntax { Parent.Parent: BaseFieldDeclarationSyntax },
                })
            {
                return true;
            }
        }

        return false;
    }
}

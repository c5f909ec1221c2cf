using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedShmQueue.Generator.Parsing;

/// <summary>Whether two compilations declare the same, so that every message in them has the same model.</summary>
/// <remarks>
/// Of a file that was edited, only this may differ: what stands in the bodies of members of classes and interfaces, which declare nothing
/// that a name outside of them could mean, and spaces and comments. Value types must be equal to the letter, since a body in them may keep
/// a constructor's parameter or use a property's hidden field; so must be what carries an attribute, and the documentation of every type.
/// (The compiler's own
/// <c>AreEquivalent(topLevel: true)</c> is no help: after the first field of a file it overlooks the values of constants and enums.)
/// </remarks>
internal static class Declarations
{
    public static bool AreEqual(Compilation before, Compilation after, CancellationToken cancellationToken) =>
        ReferenceEquals(before.Options, after.Options)
        && string.Equals(before.AssemblyName, after.AssemblyName, StringComparison.Ordinal)
        && before.References.SequenceEqual(after.References)
        && AreEqual([.. before.SyntaxTrees], [.. after.SyntaxTrees], cancellationToken);

    private static bool AreEqual(SyntaxTree[] before, SyntaxTree[] after, CancellationToken cancellationToken)
    {
        if (before.Length != after.Length)
            return false;

        for (var i = 0; i < before.Length; i++)
        {
            if (!ReferenceEquals(before[i], after[i]) && !AreEqual(before[i], after[i], cancellationToken))
                return false;
        }

        return true;
    }

    private static bool AreEqual(SyntaxTree before, SyntaxTree after, CancellationToken cancellationToken) =>
        ReferenceEquals(before.Options, after.Options)
        && string.Equals(before.FilePath, after.FilePath, StringComparison.Ordinal)
        && HaveEqualDirectives(before.GetRoot(cancellationToken), after.GetRoot(cancellationToken))
        && AreEqual(before.GetRoot(cancellationToken), after.GetRoot(cancellationToken));

    /// <summary>A directive stands in no node of its own, yet decides what the nodes after it are.</summary>
    private static bool HaveEqualDirectives(SyntaxNode before, SyntaxNode after) =>
        (!before.ContainsDirectives && !after.ContainsDirectives)
            || Directives(before).SequenceEqual(Directives(after), StringComparer.Ordinal);

    private static IEnumerable<string> Directives(SyntaxNode root) =>
        root.DescendantNodes(static node => node.ContainsDirectives, descendIntoTrivia: true)
        .OfType<DirectiveTriviaSyntax>()
        .Select(static directive => directive.ToString());

    private static bool AreEqual(SyntaxNode before, SyntaxNode after)
    {
        if (before.IsEquivalentTo(after))
            return true;
        if (before.RawKind != after.RawKind)
            return false;

        return before switch
        {
            TypeDeclarationSyntax type => !IsReadWhole(type) && IsDocumentedAs(type, after) && HaveEqualParts(type, after),
            CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or BaseMethodDeclarationSyntax or BasePropertyDeclarationSyntax
                or AccessorListSyntax or AccessorDeclarationSyntax => HaveEqualParts(before, after),

            // Nothing but members leads here, so it is the body of one.
            BlockSyntax or ArrowExpressionClauseSyntax => true,
            _ => SyntaxFactory.AreEquivalent(before, after, topLevel: false),
        };
    }

    private static bool HaveEqualParts(SyntaxNode before, SyntaxNode after)
    {
        var parts = before.ChildNodesAndTokens();
        var others = after.ChildNodesAndTokens();
        return parts.Count == others.Count && parts.Zip(others, AreEqual).All(static equal => equal);
    }

    private static bool AreEqual(SyntaxNodeOrToken before, SyntaxNodeOrToken after) => before.IsNode
        ? after.IsNode && AreEqual(before.AsNode()!, after.AsNode()!)
        : after.IsToken && SyntaxFactory.AreEquivalent(before.AsToken(), after.AsToken());

    private static bool IsReadWhole(TypeDeclarationSyntax type) =>
        type is StructDeclarationSyntax || type.IsKind(SyntaxKind.RecordStructDeclaration) || type.AttributeLists.Count > 0;

    private static bool IsDocumentedAs(SyntaxNode type, SyntaxNode other) =>
        string.Equals(type.GetLeadingTrivia().ToFullString(), other.GetLeadingTrivia().ToFullString(), StringComparison.Ordinal);
}

using System.Composition;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedShmQueue.Generator.Diagnostics;

namespace TypedShmQueue.CodeFixes;

/// <summary>TSQ007: the capacity becomes the next power of two.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(CapacityFix)), Shared]
public sealed class CapacityFix() : NodeFix<AttributeArgumentSyntax>(Rules.InvalidCapacity.Id)
{
    private protected override IEnumerable<CodeAction> Offer(Document document, AttributeArgumentSyntax node, Diagnostic diagnostic)
    {
        if (Remedy.ValueOf(diagnostic) is { } capacity)
            yield return Replace("Use the next power of two", document, node, () => WithValue(node, capacity));
    }

    private static AttributeArgumentSyntax WithValue(AttributeArgumentSyntax argument, string capacity)
    {
        var literal = SyntaxFactory.Literal(int.Parse(capacity, CultureInfo.InvariantCulture));
        return argument.WithExpression(SyntaxFactory.LiteralExpression(SyntaxKind.NumericLiteralExpression, literal)
            .InPlaceOf(argument.Expression));
    }
}

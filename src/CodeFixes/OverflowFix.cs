using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedShmQueue.Generator.Diagnostics;

namespace TypedShmQueue.CodeFixes;

/// <summary>TSQ018: the message, wherever it is declared, lets its queue displace.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(OverflowFix)), Shared]
public sealed class OverflowFix() : NodeFix<AttributeArgumentSyntax>(UsageRules.NoEnqueueShift.Id)
{
    private protected override IEnumerable<CodeAction> Offer(Document document, AttributeArgumentSyntax node, Diagnostic diagnostic)
    {
        if (node.NameEquals is not null)
            yield return Replace("Declare the message with Overflow.Any", document, node, () => Any(node));
    }

    private static AttributeArgumentSyntax Any(AttributeArgumentSyntax argument) =>
        argument.WithExpression(Names.Expression("global::TypedShmQueue.Overflow.Any").InPlaceOf(argument.Expression));
}

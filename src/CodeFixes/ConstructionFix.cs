using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedShmQueue.Generator.Diagnostics;

namespace TypedShmQueue.CodeFixes;

/// <summary>TSQ024: <c>new TradeQueue("trades")</c> becomes <c>TradeQueue.OpenOrCreate("trades")</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ConstructionFix)), Shared]
public sealed class ConstructionFix() : NodeFix<BaseObjectCreationExpressionSyntax>(UsageRules.QueueConstructed.Id)
{
    private protected override IEnumerable<CodeAction> Offer(Document document, BaseObjectCreationExpressionSyntax node,
        Diagnostic diagnostic)
    {
        if (Remedy.ValueOf(diagnostic) is { } queue && node is { ArgumentList.Arguments.Count: > 0, Initializer: null })
            yield return Replace("Use OpenOrCreate", document, node, () => OpenOrCreate(queue, node));
    }

    private static InvocationExpressionSyntax OpenOrCreate(string queue, BaseObjectCreationExpressionSyntax creation)
    {
        var method = SyntaxFactory.MemberAccessExpression(
            SyntaxKind.SimpleMemberAccessExpression, Names.Expression(queue), SyntaxFactory.IdentifierName("OpenOrCreate"));
        return SyntaxFactory.InvocationExpression(method, creation.ArgumentList!.WithoutTrivia()).InPlaceOf(creation);
    }
}

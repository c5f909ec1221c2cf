using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedShmQueue.Generator.Diagnostics;

namespace TypedShmQueue.CodeFixes;

/// <summary>TSQ027: a loop that tries again and again becomes one call that waits.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(WaitingFix)), Shared]
public sealed class WaitingFix() : NodeFix<WhileStatementSyntax>(UsageRules.Polling.Id)
{
    private protected override IEnumerable<CodeAction> Offer(Document document, WhileStatementSyntax node, Diagnostic diagnostic)
    {
        if (node.Condition is PrefixUnaryExpressionSyntax {
            Operand: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax access } call }
            && Waiting(access, call.ArgumentList) is { } waiting
            && !IsConditional(node))
        {
            yield return Replace("Wait for it", document, node, () =>
                waiting.WithTrailingTrivia(node.GetTrailingTrivia()).WithLeadingTrivia(Leading(node, waiting)));
        }
    }

    /// <summary>Whether an #if or its like stands in the loop: what is inside it would be lost.</summary>
    private static bool IsConditional(WhileStatementSyntax loop) =>
        loop.DescendantTrivia().Any(trivia => trivia.IsDirective && loop.Span.Contains(trivia.Span));

    /// <summary>What stands before the loop, and then the comments inside it that are not in the call.</summary>
    private static IEnumerable<SyntaxTrivia> Leading(WhileStatementSyntax loop, StatementSyntax waiting)
    {
        var before = loop.GetLeadingTrivia();
        var indentation = before.Count > 0 && before[before.Count - 1] is var last && last.IsKind(SyntaxKind.WhitespaceTrivia)
            ? last
            : SyntaxFactory.Whitespace("");
        return before.Concat(Comments.LostBy(waiting, loop)
            .SelectMany(comment => new[] { comment, SyntaxFactory.ElasticLineFeed, indentation }));
    }

    private static StatementSyntax? Waiting(MemberAccessExpressionSyntax access, ArgumentListSyntax arguments)
    {
        var queue = access.Expression.WithoutTrivia();
        return (access.Name.Identifier.ValueText, arguments.Arguments[0].Expression) switch
        {
            ("TryEnqueue", _) => SyntaxFactory.ParseStatement($"{queue}.Enqueue{arguments.WithoutTrivia()};"),
            ("TryDequeue", IdentifierNameSyntax { Identifier.ValueText: not "_" } target) =>
                SyntaxFactory.ParseStatement($"{target.WithoutTrivia()} = {queue}.Dequeue();"),
            _ => null,
        };
    }
}

using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedShmQueue.Generator.Diagnostics;

namespace TypedShmQueue.CodeFixes;

/// <summary>TSQ030: <c>Enqueue(default)</c> becomes <c>Enqueue(default(Trade))</c>, which sends a message.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(EmptyBatchFix)), Shared]
public sealed class EmptyBatchFix() : NodeFix<ExpressionSyntax>(UsageRules.EmptyBatch.Id)
{
    private protected override IEnumerable<CodeAction> Offer(Document document, ExpressionSyntax node, Diagnostic diagnostic)
    {
        if (Remedy.ValueOf(diagnostic) is { } message && node.Parent is ArgumentSyntax argument)
            yield return Replace("Send a message", document, argument, () =>
                WithMessage(argument, OfType(Names.Type(message), node).InPlaceOf(node)));
    }

    /// <summary>An argument that names the parameter names the batch.</summary>
    private static ArgumentSyntax WithMessage(ArgumentSyntax argument, ExpressionSyntax message) => argument.NameColon is { } batch
        ? argument.WithExpression(message).WithNameColon(batch.WithName(SyntaxFactory.IdentifierName("message").WithTriviaFrom(batch.Name)))
        : argument.WithExpression(message);

    private static ExpressionSyntax OfType(TypeSyntax message, ExpressionSyntax value) => value is ImplicitObjectCreationExpressionSyntax
        ? SyntaxFactory.ObjectCreationExpression(message.WithLeadingTrivia(SyntaxFactory.Space))
            .WithArgumentList(SyntaxFactory.ArgumentList())
        : SyntaxFactory.DefaultExpression(message);
}

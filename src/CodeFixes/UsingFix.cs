using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;
using TypedShmQueue.Generator.Diagnostics;

namespace TypedShmQueue.CodeFixes;

/// <summary>TSQ020 and TSQ022: what was claimed or opened goes into a using, where the code around it shows how far that reaches.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(UsingFix)), Shared]
public sealed class UsingFix() : NodeFix<SyntaxNode>(UsageRules.WriterNotDisposed.Id, UsageRules.HandleNotDisposed.Id)
{
    private const string Title = "Put it in a using";

    private protected override IEnumerable<CodeAction> Offer(Document document, SyntaxNode node, Diagnostic diagnostic)
    {
        if (string.Equals(diagnostic.Id, UsageRules.HandleNotDisposed.Id, StringComparison.Ordinal) && Remedy.ValueOf(diagnostic) is null)
            yield break;

        var call = node.FirstAncestorOrSelf<InvocationExpressionSyntax>();
        if (call?.Parent is EqualsValueClauseSyntax {
            Parent.Parent.Parent: LocalDeclarationStatementSyntax { Declaration.Variables.Count: 1 } local }
            && local.Parent is BlockSyntax or GlobalStatementSyntax)
        {
            yield return Replace(Title, document, local, () => WithUsing(local));
        }
        else if (call?.Parent is IfStatementSyntax branch && branch.Condition == call && VariableOf(call) is { } name
            && !IsUsedAfter(branch, name))
        {
            yield return Replace(Title, document, branch, () => branch.WithStatement(Around(branch.Statement, name)));
        }
    }

    private static LocalDeclarationStatementSyntax WithUsing(LocalDeclarationStatementSyntax local)
    {
        var keyword = SyntaxFactory.Token(SyntaxKind.UsingKeyword).WithLeadingTrivia(local.GetLeadingTrivia())
            .WithTrailingTrivia(SyntaxFactory.Space);
        return local.WithoutLeadingTrivia().WithUsingKeyword(keyword);
    }

    /// <summary>Whether what the branch would dispose is named outside of it.</summary>
    private static bool IsUsedAfter(IfStatementSyntax branch, SyntaxToken name) =>
        branch.FirstAncestorOrSelf<MemberDeclarationSyntax>() is { } member
        && member.DescendantNodes().OfType<IdentifierNameSyntax>()
            .Any(use => string.Equals(use.Identifier.ValueText, name.ValueText, StringComparison.Ordinal)
            && use.SpanStart >= branch.Statement.Span.End);

    /// <summary>The variable that the call declares.</summary>
    private static SyntaxToken? VariableOf(InvocationExpressionSyntax call) => call.ArgumentList.Arguments
        .Select(static argument => argument.Expression)
        .OfType<DeclarationExpressionSyntax>()
        .Select(static declaration => declaration.Designation)
        .OfType<SingleVariableDesignationSyntax>()
        .FirstOrDefault()
        ?.Identifier;

    private static BlockSyntax Around(StatementSyntax statement, SyntaxToken? name)
    {
        var scope = SyntaxFactory.UsingStatement(null, SyntaxFactory.IdentifierName(name!.Value.WithoutTrivia()),
            statement.WithoutTrivia());
        return SyntaxFactory.Block(scope).WithTriviaFrom(statement).WithAdditionalAnnotations(Formatter.Annotation);
    }
}

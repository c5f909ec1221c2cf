using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace TypedShmQueue.CodeFixes;

/// <summary>Full names that the IDE shortens as far as the file's usings allow.</summary>
internal static class Names
{
    public static TypeSyntax Type(string fullName) =>
        SyntaxFactory.ParseTypeName(fullName).WithAdditionalAnnotations(Simplifier.Annotation);

    public static ExpressionSyntax Expression(string fullName) =>
        SyntaxFactory.ParseExpression(fullName).WithAdditionalAnnotations(Simplifier.Annotation);
}

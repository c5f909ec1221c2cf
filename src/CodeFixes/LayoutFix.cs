using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedShmQueue.Generator.Diagnostics;

namespace TypedShmQueue.CodeFixes;

/// <summary>TSQ003: the attribute that leaves the layout open becomes <c>[StructLayout(LayoutKind.Sequential)]</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LayoutFix)), Shared]
public sealed class LayoutFix() : NodeFix<AttributeSyntax>(Rules.LayoutNotFixed.Id)
{
    private const string Interop = "global::System.Runtime.InteropServices.";

    private protected override IEnumerable<CodeAction> Offer(Document document, AttributeSyntax node, Diagnostic diagnostic)
    {
        if (Remedy.ValueOf(diagnostic) is { } kind)
            yield return Replace("Use LayoutKind." + kind, document, node, () =>
                WithKind(node, Names.Expression(Interop + "LayoutKind." + kind)));
    }

    private static AttributeSyntax WithKind(AttributeSyntax attribute, ExpressionSyntax kind)
    {
        // It may go by an alias; its size and packing are kept. An extended layout's arguments mean nothing here.
        var isStructLayout = !attribute.Name.ToString().Contains("ExtendedLayout");
        var arguments = isStructLayout && attribute.ArgumentList is { Arguments.Count: > 0 } list
            ? list.ReplaceNode(list.Arguments[0].Expression, kind.InPlaceOf(list.Arguments[0].Expression))
            : SyntaxFactory.AttributeArgumentList(SyntaxFactory.SingletonSeparatedList(SyntaxFactory.AttributeArgument(kind)));
        return attribute
            .WithName(isStructLayout ? attribute.Name : (NameSyntax)Names.Type(Interop + "StructLayout"))
            .WithArgumentList(arguments)
            .WithTriviaFrom(attribute);
    }
}

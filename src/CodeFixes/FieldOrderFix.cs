using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedShmQueue.Generator.Diagnostics;

namespace TypedShmQueue.CodeFixes;

/// <summary>TSQ017: the fields change places, each with its comments and attributes; all other members stay where they are.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(FieldOrderFix)), Shared]
public sealed class FieldOrderFix() : NodeFix<TypeDeclarationSyntax>(Rules.ImplicitPadding.Id)
{
    private protected override IEnumerable<CodeAction> Offer(Document document, TypeDeclarationSyntax node, Diagnostic diagnostic)
    {
        // An #if around a field does not move with it.
        if (Remedy.ValueOf(diagnostic)?.Split(',') is { } order && !node.Members.Any(static member => member.ContainsDirectives)
            && order.All(node.Members.SelectMany(NamesOf).Contains))
            yield return Replace("Reorder the fields: largest alignment first", document, node, () => Reorder(node, order));
    }

    private static TypeDeclarationSyntax Reorder(TypeDeclarationSyntax type, string[] order)
    {
        var places = type.Members.Where(member => RankOf(member, order) >= 0).ToArray();
        var moved = new Queue<MemberDeclarationSyntax>(places.OrderBy(member => RankOf(member, order)));
        return type.ReplaceNodes(places, (place, _) => InPlaceOf(moved.Dequeue(), place));
    }

    /// <summary>Blank lines belong to the place, comments to the field.</summary>
    private static MemberDeclarationSyntax InPlaceOf(MemberDeclarationSyntax moved, MemberDeclarationSyntax place)
    {
        var blank = place.GetLeadingTrivia().Take(BlankLines(place));
        var own = moved.GetLeadingTrivia().Skip(BlankLines(moved));
        return moved.WithLeadingTrivia(blank.Concat(own));
    }

    /// <summary>How much of the leading trivia is whole empty lines.</summary>
    private static int BlankLines(MemberDeclarationSyntax member)
    {
        var lines = 0;
        var trivia = member.GetLeadingTrivia();
        for (var i = 0; i < trivia.Count && trivia[i].Kind() is SyntaxKind.WhitespaceTrivia or SyntaxKind.EndOfLineTrivia; i++)
        {
            if (trivia[i].IsKind(SyntaxKind.EndOfLineTrivia))
                lines = i + 1;
        }

        return lines;
    }

    /// <summary>
    /// Where the member's field goes; -1 if it has none in the message. Fields that share a declaration share a type, so they stay
    /// together.
    /// </summary>
    private static int RankOf(MemberDeclarationSyntax member, string[] order) => Array.IndexOf(order, NamesOf(member).FirstOrDefault());

    /// <summary>The names that a member may give to fields. That of an explicitly implemented property is not said in one word.</summary>
    private static IEnumerable<string> NamesOf(MemberDeclarationSyntax member) => member switch
    {
        FieldDeclarationSyntax field when !field.Modifiers.Any(SyntaxKind.StaticKeyword) && !field.Modifiers.Any(SyntaxKind.ConstKeyword) =>
            field.Declaration.Variables.Select(static variable => variable.Identifier.ValueText),
        PropertyDeclarationSyntax { ExplicitInterfaceSpecifier: null } property when !property.Modifiers.Any(SyntaxKind.StaticKeyword) =>
            [property.Identifier.ValueText],
        _ => [],
    };
}

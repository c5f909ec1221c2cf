using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace TypedShmQueue.CodeFixes;

/// <summary>What people wrote beside the code: a remedy changes the code and leaves them their words.</summary>
internal static class Comments
{
    /// <summary>
    /// The replacement with all that stood around the replaced node, and behind it the comments that stood inside and are not in it.
    /// </summary>
    public static TNode InPlaceOf<TNode>(this TNode replacement, SyntaxNode replaced)
        where TNode : SyntaxNode
    {
        var inside = LostBy(replacement, replaced).SelectMany(static comment => EndsLine(comment)
            ? new[] { SyntaxFactory.Space, comment, SyntaxFactory.ElasticLineFeed }
            : [SyntaxFactory.Space, comment]);
        return replacement.WithLeadingTrivia(replaced.GetLeadingTrivia()).WithTrailingTrivia(inside.Concat(replaced.GetTrailingTrivia()));
    }

    /// <summary>The comments inside a node that are not in its replacement.</summary>
    public static IEnumerable<SyntaxTrivia> LostBy(SyntaxNode replacement, SyntaxNode replaced)
    {
        var kept = new HashSet<string>(In(replacement).Select(static comment => comment.ToString()), StringComparer.Ordinal);
        return In(replaced).Where(comment => replaced.Span.Contains(comment.Span) && !kept.Contains(comment.ToString()));
    }

    private static bool EndsLine(SyntaxTrivia comment) => comment.IsKind(SyntaxKind.SingleLineCommentTrivia);

    private static IEnumerable<SyntaxTrivia> In(SyntaxNode node) =>
        node.DescendantTrivia().Where(static trivia => EndsLine(trivia) || trivia.IsKind(SyntaxKind.MultiLineCommentTrivia));
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace TypedShmQueue.CodeFixes;

/// <summary>A fix that replaces one node of one document; every place of a document, project or solution can be fixed at once.</summary>
/// <typeparam name="TNode">The node around the place of the remedy.</typeparam>
public abstract class NodeFix<TNode> : CodeFixProvider
    where TNode : SyntaxNode
{
    private protected NodeFix(params string[] ruleIds) => FixableDiagnosticIds = ImmutableArray.Create(ruleIds);

    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; }

    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        foreach (var diagnostic in context.Diagnostics)
        {
            // The squiggle is under the message; the remedy may be in another file, where a nested struct is declared.
            var place = diagnostic.AdditionalLocations.Count > 0 ? diagnostic.AdditionalLocations[0] : diagnostic.Location;
            if (place.SourceTree is not { } tree || context.Document.Project.Solution.GetDocument(tree) is not { } document)
                continue;

            var root = await tree.GetRootAsync(context.CancellationToken).ConfigureAwait(false);
            if (root.FindNode(place.SourceSpan, getInnermostNodeForTie: true).FirstAncestorOrSelf<TNode>() is not { } node)
                continue;

            foreach (var action in Offer(document, node, diagnostic))
                context.RegisterCodeFix(action, diagnostic);
        }
    }

    /// <summary>What is offered for one diagnostic; nothing where there is no clear remedy.</summary>
    private protected abstract IEnumerable<CodeAction> Offer(Document document, TNode node, Diagnostic diagnostic);

    /// <summary>An action that puts one node in the place of another; alike actions of several diagnostics share the title.</summary>
    private protected static CodeAction Replace(string title, Document document, SyntaxNode node, Func<SyntaxNode> replacement) =>
        CodeAction.Create(
            title,
            async cancellationToken =>
            {
                var root = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
                return document.WithSyntaxRoot(root!.ReplaceNode(node, replacement()));
            },
            equivalenceKey: title);
}

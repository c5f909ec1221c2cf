using System.Collections.Immutable;
using System.Composition;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedShmQueue.Generator.Diagnostics;

namespace TypedShmQueue.CodeFixes;

/// <summary>TSQ001: a string becomes a text of fixed size. Which size, only the author knows.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(TextFix)), Shared]
public sealed class TextFix() : NodeFix<SyntaxNode>(Rules.NotUnmanaged.Id)
{
    private static readonly int[] s_sizes = [16, 32, 64, 128, 256];

    private protected override IEnumerable<CodeAction> Offer(Document document, SyntaxNode node, Diagnostic diagnostic)
    {
        if (Remedy.ValueOf(diagnostic) is not { } text || TypeOf(node) is not { } type)
            yield break;

        var sizes = s_sizes.Select(size =>
        {
            var name = text + size.ToString(CultureInfo.InvariantCulture);
            return Replace("Use " + name, document, type, () => Names.Type("global::TypedShmQueue." + name).WithTriviaFrom(type));
        });
        yield return CodeAction.Create("Use a text of fixed size", sizes.ToImmutableArray(), isInlinable: true);
    }

    private static TypeSyntax? TypeOf(SyntaxNode node) => node switch
    {
        VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax declaration } => declaration.Type,
        PropertyDeclarationSyntax property => property.Type,
        ParameterSyntax parameter => parameter.Type,
        _ => null,
    };
}

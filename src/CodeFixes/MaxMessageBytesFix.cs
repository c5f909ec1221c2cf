using System.Collections.Immutable;
using System.Composition;
using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedShmQueue.Generator.Diagnostics;

namespace TypedShmQueue.CodeFixes;

/// <summary>TSQ012: a serialized message gets a size. Which one, only the author knows.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(MaxMessageBytesFix)), Shared]
public sealed class MaxMessageBytesFix() : NodeFix<AttributeSyntax>(Rules.NoMaxMessageBytes.Id)
{
    private const string Name = "MaxMessageBytes";

    /// <summary>Each a multiple of 8 less 12: with its word and its length such a slot wastes no byte.</summary>
    private static readonly int[] s_sizes = [252, 1020, 4092, 65532];

    private protected override IEnumerable<CodeAction> Offer(Document document, AttributeSyntax node, Diagnostic diagnostic)
    {
        var sizes = s_sizes.Select(size =>
        {
            var number = size.ToString(CultureInfo.InvariantCulture);
            return Replace($"Set {Name} to {number}", document, node, () => WithSize(node, number));
        });
        yield return CodeAction.Create("Give the message a size", sizes.ToImmutableArray(), isInlinable: true);
    }

    private static AttributeSyntax WithSize(AttributeSyntax attribute, string number)
    {
        var size = SyntaxFactory.ParseAttributeArgumentList($"({Name} = {number})")!.Arguments[0];
        if (attribute.ArgumentList is not { } list)
        {
            return SyntaxFactory.Attribute(attribute.Name.WithoutTrivia(),
                SyntaxFactory.AttributeArgumentList(SyntaxFactory.SingletonSeparatedList(size)))
                .WithTriviaFrom(attribute);
        }

        if (list.Arguments.Count == 0)
            return attribute.WithArgumentList(list.AddArguments(size));

        // The size that is there is 0, or the rule would be silent.
        var arguments = list.Arguments;
        var given = arguments.FirstOrDefault(static argument => argument.NameEquals?.Name.Identifier.ValueText is Name);
        return attribute.WithArgumentList(list.WithArguments(given is not null
            ? arguments.Replace(given, given.WithExpression(size.Expression.WithTriviaFrom(given.Expression)))
            : After(arguments, size)));
    }

    /// <summary>A line break at the end of the list stays at its end.</summary>
    private static SeparatedSyntaxList<AttributeArgumentSyntax> After(SeparatedSyntaxList<AttributeArgumentSyntax> arguments,
        AttributeArgumentSyntax size)
    {
        var last = arguments.Last();
        var comma = SyntaxFactory.Token(SyntaxKind.CommaToken).WithTrailingTrivia(SyntaxFactory.Space);
        return SyntaxFactory.SeparatedList<AttributeArgumentSyntax>(arguments
            .Replace(last, last.WithoutTrailingTrivia())
            .GetWithSeparators()
            .AddRange([comma, size.WithTrailingTrivia(last.GetTrailingTrivia())]));
    }
}

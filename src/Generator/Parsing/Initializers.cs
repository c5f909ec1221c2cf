using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedShmQueue.Generator.Parsing;

/// <summary>What the initializers of fields and properties do.</summary>
internal static class Initializers
{
    /// <summary>Whether two initializers or more are not constants: what they do, they do in the order of the fields.</summary>
    public static bool AreOrdered(TypeDeclarationSyntax part, Compilation compilation, CancellationToken cancellationToken)
    {
        var semantics = compilation.GetSemanticModel(part.SyntaxTree);
        return part.Members.SelectMany(Of).Count(initializer => !semantics.GetConstantValue(initializer.Value,
            cancellationToken).HasValue) > 1;
    }

    private static IEnumerable<EqualsValueClauseSyntax> Of(MemberDeclarationSyntax member)
    {
        IEnumerable<EqualsValueClauseSyntax?> initializers = member switch
        {
            FieldDeclarationSyntax field => field.Declaration.Variables.Select(static variable => variable.Initializer),
            PropertyDeclarationSyntax property => [property.Initializer],
            _ => [],
        };
        return initializers.OfType<EqualsValueClauseSyntax>();
    }
}

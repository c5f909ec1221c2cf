using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedShmQueue.Generator.Emitting;
using TypedShmQueue.Generator.Model;

namespace TypedShmQueue.Generator.Analyzers;

/// <summary>What is about to be emitted for a message, compared with the parts that users wrote of the same types.</summary>
internal static class EmittedParts
{
    public static bool HaveClashes(INamedTypeSymbol message, QueueModel queue, CancellationToken cancellationToken) =>
        Clashes(message, queue, cancellationToken).Any();

    /// <summary>Everything that users declare of a type that is not emitted yet, and that will clash.</summary>
    public static IEnumerable<Diagnostic> Clashes(INamedTypeSymbol message, QueueModel queue, CancellationToken cancellationToken)
    {
        var scope = message.ContainingType ?? (INamespaceOrTypeSymbol)message.ContainingNamespace;
        var parts = new[] { queue.QueueName, queue.SubscriptionName }
            .OfType<string>()
            .SelectMany(name => scope.GetTypeMembers(name.TrimStart('@'), 0))
            .ToArray();

        // Hardly any queue has a part of its own; only then is it worth knowing every member.
        if (parts.Length == 0)
            return [];

        var emitted = CSharpSyntaxTree.ParseText(QueueEmitter.Emit(queue), cancellationToken: cancellationToken)
            .GetRoot(cancellationToken)
            .DescendantNodes()
            .OfType<ClassDeclarationSyntax>()
            .ToArray();
        return parts.SelectMany(part => emitted
            .Where(type => string.Equals(type.Identifier.ValueText, part.Name, StringComparison.Ordinal))
            .Take(1)
            .SelectMany(type => PartClash.Find(part, type, cancellationToken)));
    }
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedShmQueue.Generator.Emitting;
using TypedShmQueue.Generator.Model;
using TypedShmQueue.Generator.Parsing;

namespace TypedShmQueue.Generator;

/// <summary>Writes a queue beside every struct marked <c>[ShmQueue]</c>.</summary>
/// <remarks>A message that is refused gets no queue; <see cref="Analyzers.MessageAnalyzer"/> says why.</remarks>
[Generator(LanguageNames.CSharp)]
public sealed class QueueGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var messages = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                AttributeNames.ShmQueue,
                static (node, _) => node is TypeDeclarationSyntax,
                static (marked, cancellationToken) => ProjectReading.Of(marked.SemanticModel.Compilation, cancellationToken).Read(
                    (INamedTypeSymbol)marked.TargetSymbol,
                    marked.Attributes[0],
                    marked.SemanticModel.Compilation,
                    cancellationToken))
            .Where(static model => model is not null)
            .WithTrackingName(TrackingNames.Messages);

        var named = messages.Collect()
            .SelectMany(static (models, _) => HintNames.Assign(models!))
            .WithTrackingName(TrackingNames.Named);

        context.RegisterSourceOutput(named, static (output, queue) => output.AddSource(queue.HintName, QueueEmitter.Emit(queue.Model)));
    }
}

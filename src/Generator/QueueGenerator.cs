using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedShmQueue.Generator.Analyzers;
using TypedShmQueue.Generator.Emitting;
using TypedShmQueue.Generator.Parsing;

namespace TypedShmQueue.Generator;

/// <summary>Writes a queue beside every struct marked <c>[ShmQueue]</c>.</summary>
/// <remarks>
/// A message that is refused gets no queue, and the generator reports why, as <see cref="Analyzers.MessageAnalyzer"/> does. Both are
/// needed: if the missing queue is named in a declaration, the compiler stops before the analyzers report; an editor offers fixes for what
/// analyzers report only. The two diagnostics are equal, and the compiler writes equal ones once.
/// </remarks>
[Generator(LanguageNames.CSharp)]
public sealed class QueueGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var readings = context.SyntaxProvider
            .ForAttributeWithMetadataName(
                AttributeNames.ShmQueue,
                static (node, _) => node is TypeDeclarationSyntax,
                static (marked, cancellationToken) => ProjectReading.Of(marked.SemanticModel.Compilation, cancellationToken).Read(
                    (INamedTypeSymbol)marked.TargetSymbol,
                    marked.Attributes[0],
                    marked.SemanticModel.Compilation,
                    EmittedParts.HaveClashes,
                    cancellationToken));

        var messages = readings
            .Select(static (reading, _) => reading.Model)
            .Where(static model => model is not null)
            .WithTrackingName(TrackingNames.Messages);

        var named = messages.Collect()
            .SelectMany(static (models, _) => HintNames.Assign(models!))
            .WithTrackingName(TrackingNames.Named);

        context.RegisterSourceOutput(named, static (output, queue) => output.AddSource(queue.HintName, QueueEmitter.Emit(queue.Model)));

        // A diagnostic has a place, which every keystroke may move; so places are looked up here, where they are needed, and are in no
        // model.
        var flawed = readings
            .Where(static reading => reading.IsFlawed)
            .Collect()
            .Combine(context.CompilationProvider)
            .SelectMany(static (flawed, _) => flawed.Left.Select(reading => (reading.MetadataName, Compilation: flawed.Right)));

        context.RegisterSourceOutput(flawed, static (output, message) => Flaws.Report(
            message.MetadataName, message.Compilation, output.ReportDiagnostic, output.CancellationToken));
    }
}

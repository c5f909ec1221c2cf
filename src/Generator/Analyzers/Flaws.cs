using Microsoft.CodeAnalysis;
using TypedShmQueue.Generator.Parsing;

namespace TypedShmQueue.Generator.Analyzers;

/// <summary>Everything that is wrong with one message, or with what its author adds to its queue, before the queue is emitted.</summary>
internal static class Flaws
{
    /// <summary>Reports what the analyzers would report of the compilation with the emitted code.</summary>
    public static void Report(string metadataName, Compilation compilation, Action<Diagnostic> report, CancellationToken cancellationToken)
    {
        var message = compilation.Assembly.GetTypeByMetadataName(metadataName)
            ?? MessageParts.TypesIn(compilation.Assembly.GlobalNamespace)
                .FirstOrDefault(type => string.Equals(type.FullMetadataName(), metadataName, StringComparison.Ordinal));
        if (message is null)
            return;

        foreach (var attribute in message.GetAttributes())
        {
            if (attribute.AttributeClass is not { } type
                || !string.Equals(type.FullMetadataName(), AttributeNames.ShmQueue, StringComparison.Ordinal))
            {
                continue;
            }

            if (MessageParser.Parse(message, attribute, compilation, new ProblemSink(report), cancellationToken) is { } model)
            {
                foreach (var clash in EmittedParts.Clashes(message, model, cancellationToken))
                    report(clash);
            }
        }
    }
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedShmQueue.Generator.Parsing;

namespace TypedShmQueue.Generator.Analyzers;

/// <summary>
/// Keeps the compiler from saying that a message's field is never assigned (CS0649) or used (CS0169), and analyzers from the latter
/// (CA1823, IDE0051, IDE0052): the process at the other end does that.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MessageFieldSuppressor : DiagnosticSuppressor
{
    private const string Reason = "The fields of a message are its bytes: another process writes or reads them.";

    /// <inheritdoc/>
    public override ImmutableArray<SuppressionDescriptor> SupportedSuppressions { get; } = ImmutableArray.Create(
        new SuppressionDescriptor("TSQS01", "CS0649", Reason),
        new SuppressionDescriptor("TSQS02", "CS0169", Reason),
        new SuppressionDescriptor("TSQS03", "CA1823", Reason),
        new SuppressionDescriptor("TSQS04", "IDE0051", Reason),
        new SuppressionDescriptor("TSQS05", "IDE0052", Reason));

    /// <inheritdoc/>
    public override void ReportSuppressions(SuppressionAnalysisContext context)
    {
        if (context.Compilation.GetTypeByMetadataName(AttributeNames.ShmQueue) is null)
            return;

        var parts = new MessageParts(context.Compilation, context.CancellationToken);
        foreach (var diagnostic in context.ReportedDiagnostics)
        {
            if (diagnostic.Location.SourceTree is { } tree
                && tree.GetRoot(context.CancellationToken).FindNode(diagnostic.Location.SourceSpan)
                    .FirstAncestorOrSelf<VariableDeclaratorSyntax>() is { } declared
                && context.GetSemanticModel(tree).GetDeclaredSymbol(declared, context.CancellationToken) is IFieldSymbol { IsStatic: false,
                    ContainingType: { TypeKind: TypeKind.Struct } type }
                && parts.Contains(type))
            {
                context.ReportSuppression(Suppression.Create(SupportedSuppressions.First(one => string.Equals(one.SuppressedDiagnosticId,
                    diagnostic.Id, StringComparison.Ordinal)), diagnostic));
            }
        }
    }
}

using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedShmQueue.Generator.Diagnostics;
using TypedShmQueue.Generator.Parsing;

namespace TypedShmQueue.Generator.Analyzers;

/// <summary>Says why a message is refused. An analyzer and not the generator, so that <c>#pragma</c> and .editorconfig apply.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MessageAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(
        Rules.NotUnmanaged,
        Rules.AddressField,
        Rules.LayoutNotFixed,
        Rules.UnknownFrameworkType,
        Rules.EmptyMessage,
        Rules.NotReachable,
        Rules.InvalidCapacity,
        Rules.NameClash,
        Rules.InvalidQueueName,
        Rules.BroadcastToOne,
        Rules.MessageTooLarge,
        Rules.NoMaxMessageBytes,
        Rules.UnfitSerializer,
        Rules.InvalidMaxMessageBytes,
        Rules.NeedlessMaxMessageBytes,
        Rules.SubscriptionNameClash,
        Rules.LanguageTooOld,
        Rules.UnknownSetting,
        Rules.TwinFields);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();

        // The generator serves messages in generated files as well, so their refusal must be said.
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName(AttributeNames.ShmQueue) is { } marker)
                start.RegisterSymbolAction(symbol => Analyze(symbol, marker), SymbolKind.NamedType);
        });
    }

    private static void Analyze(SymbolAnalysisContext context, INamedTypeSymbol marker)
    {
        // On anything else the compiler refuses the attribute itself.
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.TypeKind is not (TypeKind.Struct or TypeKind.Class or TypeKind.Interface))
            return;

        foreach (var attribute in type.GetAttributes())
        {
            if (SymbolEqualityComparer.Default.Equals(attribute.AttributeClass, marker))
                MessageParser.Parse(type, attribute, context.Compilation, new ProblemSink(context.ReportDiagnostic),
                    context.CancellationToken);
        }
    }
}

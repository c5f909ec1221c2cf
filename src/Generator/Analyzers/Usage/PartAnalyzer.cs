using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedShmQueue.Generator.Diagnostics;

namespace TypedShmQueue.Generator.Analyzers.Usage;

/// <summary>TSQ031: a user's part of a queue declares what is emitted; the compiler complains of that only in the emitted file.</summary>
/// <remarks>The generator reports the same before it emits, since some of these keep the compiler from asking analyzers at all.</remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PartAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(UsageRules.EmittedAlready);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();

        // A type that has an emitted part counts as generated, all of it.
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics);
        context.RegisterCompilationStartAction(static start =>
        {
            if (QueueTypes.Find(start.Compilation) is not null)
                start.RegisterSymbolAction(Analyze, SymbolKind.NamedType);
        });
    }

    private static void Analyze(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.DeclaringSyntaxReferences.Length < 2 || QueueTypes.EmittedPartOf(type) is not { } emitted)
            return;

        var part = type.DeclaringSyntaxReferences
            .Where(part => part.SyntaxTree == emitted)
            .Select(part => part.GetSyntax(context.CancellationToken))
            .OfType<TypeDeclarationSyntax>()
            .FirstOrDefault();
        if (part is null)
            return;

        foreach (var clash in PartClash.Find(type, part, context.CancellationToken))
            context.ReportDiagnostic(clash);
    }
}

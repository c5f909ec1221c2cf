using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedShmQueue.Generator.Diagnostics;

namespace TypedShmQueue.Generator.Analyzers.Usage;

/// <summary>TSQ031: a user's part of a queue declares what is emitted; the compiler complains of that only in the emitted file.</summary>
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
            if (QueueTypes.Find(start.Compilation) is { } queues)
                start.RegisterSymbolAction(symbol => Analyze(symbol, queues), SymbolKind.NamedType);
        });
    }

    private static void Analyze(SymbolAnalysisContext context, QueueTypes queues)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.DeclaringSyntaxReferences.Length < 2 || queues.EmittedPartOf(type) is not { } emitted)
            return;

        foreach (var member in type.GetMembers())
        {
            if (PlaceOutside(emitted, member) is { } place && type.GetMembers(member.Name).Any(other => IsIn(emitted, other) && Clash(member, other)))
                context.ReportDiagnostic(Diagnostic.Create(UsageRules.EmittedAlready, place, member.Name, type.Name));
        }
    }

    /// <summary>Methods may share a name, unless all their parameters are alike; so may a type and a generic one.</summary>
    private static bool Clash(ISymbol member, ISymbol other) => (member, other) switch
    {
        (IMethodSymbol method, IMethodSymbol emitted) => method.Arity == emitted.Arity
            && method.Parameters.Length == emitted.Parameters.Length
            && method.Parameters.Zip(emitted.Parameters, AreAlike).All(static alike => alike),
        (INamedTypeSymbol type, INamedTypeSymbol emitted) => type.Arity == emitted.Arity,
        _ => true,
    };

    private static bool AreAlike(IParameterSymbol one, IParameterSymbol other) =>
        one.RefKind == RefKind.None == (other.RefKind == RefKind.None) && SymbolEqualityComparer.Default.Equals(one.Type, other.Type);

    /// <summary>Where somebody wrote the member; null if it was emitted, or is a property's accessor, which goes with the property.</summary>
    private static Location? PlaceOutside(SyntaxTree emitted, ISymbol member) => member is IMethodSymbol { AssociatedSymbol: not null } || member.IsImplicitlyDeclared
        ? null
        : member.Locations.FirstOrDefault(place => place.SourceTree is { } tree && tree != emitted);

    private static bool IsIn(SyntaxTree tree, ISymbol member) => !member.IsImplicitlyDeclared && member.DeclaringSyntaxReferences.Any(part => part.SyntaxTree == tree);
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedShmQueue.Generator.Diagnostics;

namespace TypedShmQueue.Generator.Analyzers.Usage;

/// <summary>TSQ024: a queue is attached to, not constructed; the compiler only says that no constructor can be reached.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ConstructionAnalyzer() : UsageAnalyzer(UsageRules.QueueConstructed)
{
    private protected override void Register(CompilationStartAnalysisContext start, QueueTypes queues) => start.RegisterSyntaxNodeAction(
        node => Analyze(node, queues), SyntaxKind.ObjectCreationExpression, SyntaxKind.ImplicitObjectCreationExpression);

    private static void Analyze(SyntaxNodeAnalysisContext context, QueueTypes queues)
    {
        var creation = (BaseObjectCreationExpressionSyntax)context.Node;
        var type = context.SemanticModel.GetTypeInfo(creation, context.CancellationToken).Type;

        // The queue's own partial class may construct it.
        if (!queues.IsEmitted(type) || SymbolEqualityComparer.Default.Equals(context.ContainingSymbol?.ContainingType, type))
            return;

        var remedy = new Remedy(Value: type!.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat));
        context.ReportDiagnostic(remedy.Attach(UsageRules.QueueConstructed, creation.GetLocation(), type.Name));
    }
}

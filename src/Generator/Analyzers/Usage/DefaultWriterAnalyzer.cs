using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TypedShmQueue.Generator.Diagnostics;

namespace TypedShmQueue.Generator.Analyzers.Usage;

/// <summary>
/// TSQ025: a writer that no claim filled. As a placeholder for a later claim, or as what a method gives back, default is fine.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class DefaultWriterAnalyzer() : UsageAnalyzer(UsageRules.DefaultWriter)
{
    private protected override void Register(CompilationStartAnalysisContext start, QueueTypes queues) => start.RegisterOperationAction(
        operation => Analyze(operation, queues), OperationKind.DefaultValue, OperationKind.ObjectCreation);

    private static void Analyze(OperationAnalysisContext context, QueueTypes queues)
    {
        var value = context.Operation;
        if (!queues.IsSlotWriter(value.Type))
            return;

        var place = value.Around();
        var isEmpty = place is IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator }
            ? !value.Root().UsesOf(declarator.Symbol).Any(IsWritten)
            : place is IInvocationOperation or IPropertyReferenceOperation;
        if (isEmpty)
            context.ReportDiagnostic(Diagnostic.Create(UsageRules.DefaultWriter, value.Syntax.GetLocation()));
    }

    private static bool IsWritten(ILocalReferenceOperation use) => use.Parent switch
    {
        IArgumentOperation { Parameter.RefKind: RefKind.Out or RefKind.Ref } => true,
        IAssignmentOperation assignment => assignment.Target == use,
        _ => false,
    };
}

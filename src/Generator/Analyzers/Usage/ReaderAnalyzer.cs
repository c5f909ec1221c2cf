using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TypedShmQueue.Generator.Diagnostics;

namespace TypedShmQueue.Generator.Analyzers.Usage;

/// <summary>
/// TSQ036: messages that are read in place and never released, so that they stay the next ones, and nobody learns whether they were whole.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ReaderAnalyzer() : UsageAnalyzer(UsageRules.ReaderNotReleased)
{
    private protected override void Register(CompilationStartAnalysisContext start, QueueTypes queues) =>
        start.RegisterOperationAction(operation => Analyze(operation, queues), OperationKind.Invocation);

    private static void Analyze(OperationAnalysisContext context, QueueTypes queues)
    {
        var read = (IInvocationOperation)context.Operation;
        if (read.TargetMethod.Name is not ("TryRead" or "Read")
            || read.Arguments.FirstOrDefault(argument => argument.Parameter?.RefKind == RefKind.Out
                && queues.IsSlotReader(argument.Parameter.Type)) is not { } target
            || target.Value.NamedSymbol() is not ILocalSymbol reader)
        {
            return;
        }

        foreach (var use in read.Root().UsesOf(reader))
        {
            if (target.Descendants().Contains(use))
                continue;

            // Whoever is handed the reader may release it.
            if (use.IsReceiverOf("Release") || use.Parent is not IPropertyReferenceOperation property || property.Instance != use)
                return;
        }

        context.ReportDiagnostic(Diagnostic.Create(UsageRules.ReaderNotReleased, target.Syntax.GetLocation()));
    }
}

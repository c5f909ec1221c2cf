using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TypedShmQueue.Generator.Diagnostics;

namespace TypedShmQueue.Generator.Analyzers.Usage;

/// <summary>TSQ020 and TSQ021: a claimed slot must be given up on every path, and sent on one at least.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class WriterAnalyzer() : UsageAnalyzer(UsageRules.WriterNotDisposed, UsageRules.WriterNotCommitted)
{
    private protected override void Register(CompilationStartAnalysisContext start, QueueTypes queues) =>
        start.RegisterOperationAction(operation => Analyze(operation, queues), OperationKind.Invocation);

    private static void Analyze(OperationAnalysisContext context, QueueTypes queues)
    {
        var claim = (IInvocationOperation)context.Operation;
        if (claim.TargetMethod is not { Name: "TryClaim", Parameters: { Length: 1 } parameters }
            || !queues.IsSlotWriter(parameters[0].Type))
            return;

        var target = claim.Arguments[0].Value;
        if (target is IDiscardOperation)
            context.ReportDiagnostic(Diagnostic.Create(UsageRules.WriterNotDisposed, target.Syntax.GetLocation()));
        else if (target.NamedSymbol() is ILocalSymbol writer)
            Analyze(context, claim, writer);
    }

    private static void Analyze(OperationAnalysisContext context, IInvocationOperation claim, ILocalSymbol writer)
    {
        bool disposed = false, committed = false;
        foreach (var use in claim.Root().UsesOf(writer))
        {
            if (use.IsReceiverOf("Dispose") || use.IsUsed())
                disposed = true;
            else if (use.IsReceiverOf("Commit"))
                committed = true;
            else if (!IsLook(use) && !claim.Arguments[0].Descendants().Contains(use))
                return;
        }

        var place = claim.Arguments[0].Syntax.GetLocation();
        if (!disposed)
            context.ReportDiagnostic(Diagnostic.Create(UsageRules.WriterNotDisposed, place));
        if (!committed)
            context.ReportDiagnostic(Diagnostic.Create(UsageRules.WriterNotCommitted, place));
    }

    /// <summary>
    /// Reading or writing the message in the slot; anything else hands the writer on, and what happens there is not known here.
    /// </summary>
    private static bool IsLook(ILocalReferenceOperation use) =>
        use.Parent is IPropertyReferenceOperation property && property.Instance == use;
}

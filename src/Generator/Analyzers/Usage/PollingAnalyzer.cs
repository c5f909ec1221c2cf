using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TypedShmQueue.Generator.Diagnostics;

namespace TypedShmQueue.Generator.Analyzers.Usage;

/// <summary>TSQ027: a loop that does nothing but try again; the queue can wait by itself.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class PollingAnalyzer() : UsageAnalyzer(UsageRules.Polling)
{
    private static readonly HashSet<string> s_pauses = new(StringComparer.Ordinal) { "Sleep", "Yield", "SpinWait", "SpinOnce" };

    private protected override void Register(CompilationStartAnalysisContext start, QueueTypes queues) =>
        start.RegisterOperationAction(operation => Analyze(operation, queues), OperationKind.Loop);

    private static void Analyze(OperationAnalysisContext context, QueueTypes queues)
    {
        if (context.Operation is not IWhileLoopOperation { ConditionIsUntil: false } loop
            || loop.Condition is not IUnaryOperation { OperatorKind: UnaryOperatorKind.Not, Operand: IInvocationOperation call }
            || !queues.IsQueue(call.TargetMethod.ContainingType)
            || !OnlyPauses(loop.Body))
        {
            return;
        }

        // Batches and timeouts have reasons of their own to come back.
        var waiting = call.TargetMethod.Parameters.Length != 1 ? null : call.TargetMethod.Name switch
        {
            "TryEnqueue" => "Enqueue",
            "TryDequeue" => "Dequeue",
            _ => null,
        };
        if (waiting is not null)
            context.ReportDiagnostic(Diagnostic.Create(UsageRules.Polling, loop.Condition.Syntax.GetLocation(), call.TargetMethod.Name,
                waiting));
    }

    private static bool OnlyPauses(IOperation body) => body switch
    {
        IEmptyOperation => true,
        IBlockOperation block => block.Operations.All(OnlyPauses),
        IExpressionStatementOperation { Operation: IInvocationOperation { TargetMethod: var method } } =>
            s_pauses.Contains(method.Name) && method.ContainingType is { Name: "Thread" or "SpinWait",
                ContainingNamespace.Name: "Threading" },
        _ => false,
    };
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TypedShmQueue.Generator.Diagnostics;

namespace TypedShmQueue.Generator.Analyzers.Usage;

/// <summary>TSQ023: a call whose result says whether, or how much, was done at all. A discard says that one does not care.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ResultAnalyzer() : UsageAnalyzer(UsageRules.ResultIgnored)
{
    private protected override void Register(CompilationStartAnalysisContext start, QueueTypes queues) =>
        start.RegisterOperationAction(operation => Analyze(operation, queues), OperationKind.ExpressionStatement);

    private static void Analyze(OperationAnalysisContext context, QueueTypes queues)
    {
        var expression = ((IExpressionStatementOperation)context.Operation).Operation;
        if (expression is IConditionalAccessOperation access)
            expression = access.WhenNotNull;

        if (expression is IInvocationOperation { TargetMethod: { Name: "Release" } release } && queues.IsSlotReader(release.ContainingType))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                UsageRules.ResultIgnored, context.Operation.Syntax.GetLocation(), release.Name,
                "if it is false, producers overwrote the messages while they were read, so do not use what was read"));
            return;
        }

        if (expression is IInvocationOperation { TargetMethod: var method } && queues.IsQueue(method.ContainingType)
            && (WhyItMatters(method) ?? WhyItIsAwaited(method, context)) is { } reason)
        {
            context.ReportDiagnostic(Diagnostic.Create(UsageRules.ResultIgnored, context.Operation.Syntax.GetLocation(), method.Name,
                reason));
        }
    }

    private static string? WhyItMatters(IMethodSymbol method) => (method.Name, method.ReturnType.SpecialType) switch
    {
        ("TryEnqueue", SpecialType.System_Boolean) => "if it is false, the message was not sent",
        ("TryEnqueue", SpecialType.System_Int32) => "it says how many messages were sent",
        ("TryDequeue" or "TryPeek" or "TryRead", SpecialType.System_Boolean) => "if it is false, there was no message",
        ("TryDequeue" or "Dequeue", SpecialType.System_Int32) => "it says how many messages were taken",
        ("TryClaim", SpecialType.System_Boolean) => "if it is false, no slot was claimed",
        ("TryOpen", SpecialType.System_Boolean) => "if it is false, there is no such queue",
        _ => null,
    };

    /// <summary>In an asynchronous method the compiler says so (CS4014).</summary>
    private static string? WhyItIsAwaited(IMethodSymbol method, OperationAnalysisContext context) =>
        method is { Name: "EnqueueAsync" or "DequeueAsync" or "WaitToReadAsync" or "WaitToWriteAsync" } && !IsInAsync(context)
            ? "it is not awaited, so its completion and its failure go unnoticed"
            : null;

    private static bool IsInAsync(OperationAnalysisContext context)
    {
        for (var outer = context.Operation.Parent; outer is not null; outer = outer.Parent)
        {
            if (outer is IAnonymousFunctionOperation lambda)
                return lambda.Symbol.IsAsync;
            if (outer is ILocalFunctionOperation function)
                return function.Symbol.IsAsync;
        }

        return context.ContainingSymbol is IMethodSymbol { IsAsync: true };
    }
}

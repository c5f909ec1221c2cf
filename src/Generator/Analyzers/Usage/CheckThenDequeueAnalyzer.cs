using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TypedShmQueue.Generator.Diagnostics;
using TypedShmQueue.Generator.Parsing;

namespace TypedShmQueue.Generator.Analyzers.Usage;

/// <summary>TSQ028: looking whether there is a message, and then waiting for one that another consumer may have taken.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class CheckThenDequeueAnalyzer() : UsageAnalyzer(UsageRules.CheckThenDequeue)
{
    private const int EndpointsOne = 1;

    private protected override void Register(CompilationStartAnalysisContext start, QueueTypes queues) =>
        start.RegisterOperationAction(operation => Analyze(operation, queues), OperationKind.Invocation);

    private static void Analyze(OperationAnalysisContext context, QueueTypes queues)
    {
        // With a token the wait has an end, so somebody has thought of it. A queue of one consumer has nobody who could be faster.
        var call = (IInvocationOperation)context.Operation;
        if (call.TargetMethod.Name is not "Dequeue"
            || !call.Arguments.All(static argument => argument.IsImplicit)
            || call.Instance.NamedSymbol() is not { } handle
            || queues.DeclarationOf(call.Instance?.Type) is not { } declaration
            || declaration.NamedArgument("Consumers") is EndpointsOne)
        {
            return;
        }

        for (IOperation inner = call; inner.Parent is { } outer; inner = outer)
        {
            var look = outer switch
            {
                IConditionalOperation branch when branch.WhenTrue == inner => Look(branch.Condition, handle),
                IWhileLoopOperation loop when loop.Body == inner => Look(loop.Condition, handle),
                _ => null,
            };
            if (look is not null)
            {
                context.ReportDiagnostic(Diagnostic.Create(UsageRules.CheckThenDequeue, call.Syntax.GetLocation(), look));
                return;
            }
        }
    }

    private static string? Look(IOperation? condition, ISymbol handle) => condition?.DescendantsAndSelf()
        .OfType<IPropertyReferenceOperation>()
        .FirstOrDefault(property => property.Property.Name is "IsEmpty" or "Count"
            && SymbolEqualityComparer.Default.Equals(property.Instance.NamedSymbol(), handle))
        ?.Property.Name;
}

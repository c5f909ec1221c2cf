using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TypedShmQueue.Generator.Diagnostics;
using TypedShmQueue.Generator.Parsing;

namespace TypedShmQueue.Generator.Analyzers.Usage;

/// <summary>TSQ026: a role that belongs to one thread, used in the body of a parallel loop.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ParallelRoleAnalyzer() : UsageAnalyzer(UsageRules.RoleInParallel)
{
    private const int EndpointsOne = 1;

    private static readonly string[] s_loops = ["System.Threading.Tasks.Parallel", "System.Linq.ParallelEnumerable"];

    private static readonly HashSet<string> s_producerCalls = new(StringComparer.Ordinal)
    {
        "Enqueue", "TryEnqueue", "EnqueueShift", "TryClaim", "EnqueueAsync",
    };

    private static readonly HashSet<string> s_consumerCalls = new(StringComparer.Ordinal)
    {
        "Dequeue", "TryDequeue", "TryPeek", "DequeueAsync", "ReadAllAsync",
    };

    private protected override void Register(CompilationStartAnalysisContext start, QueueTypes queues)
    {
        var loops = s_loops
            .Select(start.Compilation.GetTypeByMetadataName)
            .OfType<INamedTypeSymbol>()
            .ToArray();
        start.RegisterOperationAction(operation => Analyze(operation, queues, loops), OperationKind.Invocation);
    }

    private static void Analyze(OperationAnalysisContext context, QueueTypes queues, INamedTypeSymbol[] loops)
    {
        var call = (IInvocationOperation)context.Operation;
        var role = s_producerCalls.Contains(call.TargetMethod.Name) ? "Producers"
            : s_consumerCalls.Contains(call.TargetMethod.Name) ? "Consumers"
            : null;
        if (role is null
            || queues.DeclarationOf(call.Instance?.Type) is not { } declaration
            || declaration.NamedArgument(role) is not EndpointsOne
            || call.Instance.NamedSymbol() is not { } handle)
        {
            return;
        }

        if (BodiesAround(call).Any(body => IsShared(handle, body) && IsParallel(body, loops)))
        {
            context.ReportDiagnostic(Diagnostic.Create(
                UsageRules.RoleInParallel, call.Syntax.GetLocation(), call.TargetMethod.Name, call.Instance!.Type!.Name, role));
        }
    }

    private static IEnumerable<IAnonymousFunctionOperation> BodiesAround(IOperation operation)
    {
        for (var outer = operation.Parent; outer is not null; outer = outer.Parent)
        {
            if (outer is IAnonymousFunctionOperation body)
                yield return body;
        }
    }

    /// <summary>Each turn of the loop that makes a handle of its own, or is given one, has it for itself.</summary>
    private static bool IsShared(ISymbol handle, IAnonymousFunctionOperation body) =>
        !SymbolEqualityComparer.Default.Equals(handle.ContainingSymbol, body.Symbol);

    private static bool IsParallel(IAnonymousFunctionOperation body, INamedTypeSymbol[] loops)
    {
        IOperation? outer = body.Parent;
        while (outer is IDelegateCreationOperation or IConversionOperation or IArgumentOperation or IArrayInitializerOperation or IArrayCreationOperation)
            outer = outer.Parent;
        return outer is IInvocationOperation { TargetMethod.ContainingType: var type } && loops.Contains(type, SymbolEqualityComparer.Default);
    }
}

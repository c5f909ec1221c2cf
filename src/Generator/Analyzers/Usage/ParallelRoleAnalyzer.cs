using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TypedShmQueue.Generator.Diagnostics;
using TypedShmQueue.Generator.Parsing;

namespace TypedShmQueue.Generator.Analyzers.Usage;

/// <summary>
/// TSQ026: a role that belongs to one thread, used in a parallel loop, or by several tasks or threads that are started here.
/// </summary>
/// <remarks>
/// One task or thread may have the role to itself, so only what is started more than once, or beside another that has the same role, is
/// reported.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ParallelRoleAnalyzer() : UsageAnalyzer(UsageRules.RoleInParallel)
{
    private const int EndpointsOne = 1;

    private static readonly HashSet<string> s_producerCalls = new(StringComparer.Ordinal)
    {
        "Enqueue", "TryEnqueue", "EnqueueShift", "TryClaim", "EnqueueAsync",
    };

    private static readonly HashSet<string> s_consumerCalls = new(StringComparer.Ordinal)
    {
        "Dequeue", "TryDequeue", "TryPeek", "DequeueAsync", "ReadAllAsync",
    };

    private static readonly HashSet<string> s_loops = new(StringComparer.Ordinal)
    {
        "System.Threading.Tasks.Parallel", "System.Linq.ParallelEnumerable",
    };

    private static readonly HashSet<string> s_starters = new(StringComparer.Ordinal)
    {
        "System.Threading.Tasks.Task.Run", "System.Threading.Tasks.TaskFactory.StartNew", "System.Threading.ThreadPool.QueueUserWorkItem",
        "System.Threading.ThreadPool.UnsafeQueueUserWorkItem",
    };

    private static readonly HashSet<string> s_waits = new(StringComparer.Ordinal) { "Wait", "WaitAll", "WaitAny", "Join", "GetResult" };

    private protected override void Register(CompilationStartAnalysisContext start, QueueTypes queues) =>
        start.RegisterOperationAction(operation => Analyze(operation, queues), OperationKind.Invocation);

    private static void Analyze(OperationAnalysisContext context, QueueTypes queues)
    {
        var call = (IInvocationOperation)context.Operation;
        if (RoleOf(call, queues) is not { } role)
            return;

        foreach (var body in BodiesAround(call))
        {
            // Each turn that makes a handle of its own, or is given one, has it for itself.
            if (SymbolEqualityComparer.Default.Equals(role.Handle.ContainingSymbol, body.Symbol) || IsLocked(call, body))
                return;

            var together = TakerOf(body) switch
            {
                IInvocationOperation loop when IsLoop(loop) =>
                    !RunsAlone(loop) && (loop.TargetMethod.Name is not "Invoke" || IsBeside(loop, body, role, queues)),
                { } start when IsStarter(start) => IsRepeated(start, body, role.Handle) || FollowsAnother(start, role, queues),
                _ => false,
            };
            if (together)
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    UsageRules.RoleInParallel, call.Syntax.GetLocation(), call.TargetMethod.Name, call.Instance!.Type!.Name, role.Name));
                return;
            }
        }
    }

    /// <summary>The role for one that a call takes; null if it takes none, or one for many.</summary>
    private static Role? RoleOf(IInvocationOperation call, QueueTypes queues)
    {
        var name = s_producerCalls.Contains(call.TargetMethod.Name) ? "Producers"
            : s_consumerCalls.Contains(call.TargetMethod.Name) ? "Consumers"
            : null;
        return name is not null
            && queues.DeclarationOf(call.Instance?.Type) is { } declaration
            && declaration.NamedArgument(name) is EndpointsOne
            && call.Instance.NamedSymbol() is { } handle
                ? new Role(name, handle)
                : null;
    }

    private static IEnumerable<IAnonymousFunctionOperation> BodiesAround(IOperation operation)
    {
        for (var outer = operation.Parent; outer is not null; outer = outer.Parent)
        {
            if (outer is IAnonymousFunctionOperation body)
                yield return body;
        }
    }

    /// <summary>Whether a lock stands between a call and the body that it is in.</summary>
    private static bool IsLocked(IOperation call, IAnonymousFunctionOperation body)
    {
        for (var outer = call.Parent; outer is not null && outer != body; outer = outer.Parent)
        {
            if (outer is ILockOperation)
                return true;
        }

        return false;
    }

    /// <summary>The call or construction that a body is an argument of.</summary>
    private static IOperation? TakerOf(IAnonymousFunctionOperation body)
    {
        IOperation? outer = body.Parent;
        while (outer is IDelegateCreationOperation or IConversionOperation or IArgumentOperation or IArrayInitializerOperation
            or IArrayCreationOperation
            or ICollectionExpressionOperation)
        {
            outer = outer.Parent;
        }

        return outer;
    }

    private static bool IsLoop(IInvocationOperation call) => s_loops.Contains(call.TargetMethod.ContainingType.FullMetadataName());

    private static bool IsStarter(IOperation start) => start switch
    {
        IInvocationOperation { TargetMethod: var method } =>
            s_starters.Contains($"{method.ContainingType.OriginalDefinition.FullMetadataName().Split('`')[0]}.{method.Name}"),
        IObjectCreationOperation { Type: INamedTypeSymbol type } =>
            string.Equals(type.FullMetadataName(), "System.Threading.Thread", StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>Whether the loop is set to run one turn at a time.</summary>
    private static bool RunsAlone(IInvocationOperation loop)
    {
        foreach (var argument in loop.Arguments)
        {
            if (argument.Value.DescendantsAndSelf().OfType<IInvocationOperation>()
                    .Any(static call => call.TargetMethod.Name is "WithDegreeOfParallelism"
                        && call.Arguments.Any(static one => IsOne(one.Value)))
                || Options(argument.Value).Any(static options => options.DescendantsAndSelf().OfType<ISimpleAssignmentOperation>()
                    .Any(static set => set.Target is IPropertyReferenceOperation { Property.Name: "MaxDegreeOfParallelism" }
                        && IsOne(set.Value))))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The options as they are constructed, here or where their variable is declared.</summary>
    private static IEnumerable<IOperation> Options(IOperation argument)
    {
        if (argument.Type is not { Name: "ParallelOptions" })
            return [];
        return argument.NamedSymbol() is ILocalSymbol local
            ? argument.Root().Descendants().OfType<IVariableDeclaratorOperation>().Where(declared =>
                SymbolEqualityComparer.Default.Equals(declared.Symbol, local))
            : [argument];
    }

    private static bool IsOne(IOperation value) => value.ConstantValue is { HasValue: true, Value: 1 };

    /// <summary>Whether another argument of the same call, before this one, has the role too. Each of them runs once.</summary>
    private static bool IsBeside(IInvocationOperation call, IAnonymousFunctionOperation body, Role role, QueueTypes queues) =>
        call.Descendants()
        .OfType<IAnonymousFunctionOperation>()
        .Where(other => TakerOf(other) == call && other.Syntax.SpanStart < body.Syntax.SpanStart)
        .Any(other => Takes(other, role, queues));

    /// <summary>Whether something in the body takes the role, and not under a lock.</summary>
    private static bool Takes(IAnonymousFunctionOperation body, Role role, QueueTypes queues) => body.Descendants()
        .OfType<IInvocationOperation>()
        .Any(call => !IsLocked(call, body) && IsSame(RoleOf(call, queues), role));

    private static bool IsSame(Role? one, Role other) => one is not null
        && string.Equals(one.Name, other.Name, StringComparison.Ordinal)
        && SymbolEqualityComparer.Default.Equals(one.Handle, other.Handle);

    /// <summary>
    /// Whether the start stands in a loop, or in a lambda that is called for each element, which does not wait for it, and the handle
    /// outside.
    /// </summary>
    private static bool IsRepeated(IOperation start, IAnonymousFunctionOperation body, ISymbol handle)
    {
        var isAwaited = IsAwaited(start);
        for (var outer = start.Parent; outer is not null; outer = outer.Parent)
        {
            if (outer is ILoopOperation loop)
            {
                if (loop.Locals.Contains(handle, SymbolEqualityComparer.Default) || Declares(loop, handle))
                    return false;
                if (!isAwaited && !loop.Body.Descendants().Any(inner => IsWait(inner) && !IsIn(inner, body)))
                    return true;
            }
            else if (outer is IAnonymousFunctionOperation lambda)
            {
                if (SymbolEqualityComparer.Default.Equals(handle.ContainingSymbol, lambda.Symbol))
                    return false;

                // What an asynchronous lambda awaits, its caller does not wait for.
                if (TakerOf(lambda) is IInvocationOperation { TargetMethod.Name: "Select" or "SelectMany" or "ForEach" }
                    && (!isAwaited || lambda.Symbol.IsAsync))
                    return true;
            }
            else if (outer is ILockOperation)
            {
                // It covers the start, not what is started.
                continue;
            }
        }

        return false;
    }

    private static bool Declares(IOperation scope, ISymbol handle) =>
        scope.Descendants().OfType<IVariableDeclaratorOperation>().Any(declared => SymbolEqualityComparer.Default.Equals(declared.Symbol,
            handle));

    /// <summary>Whether something with the same role was started before in the same body, and nothing was waited for since.</summary>
    private static bool FollowsAnother(IOperation start, Role role, QueueTypes queues)
    {
        if (IsAwaited(start))
            return false;

        var all = start.Root().Descendants().ToArray();
        return all.OfType<IAnonymousFunctionOperation>().Any(other => TakerOf(other) is { } earlier
            && earlier.Syntax.SpanStart < start.Syntax.SpanStart
            && IsStarter(earlier)
            && !IsAwaited(earlier)
            && SharesPath(earlier, start)
            && Takes(other, role, queues)
            && !all.Any(wait => IsWait(wait) && wait.Syntax.SpanStart > earlier.Syntax.Span.End
                && wait.Syntax.Span.End < start.Syntax.SpanStart));
    }

    /// <summary>Whether both are in the same lambda, and not in two branches of which one runs.</summary>
    private static bool SharesPath(IOperation one, IOperation other)
    {
        var outside = new HashSet<IOperation>(Ancestors(one));
        var common = Ancestors(other).FirstOrDefault(outside.Contains);
        return common is not (IConditionalOperation or ISwitchOperation or ISwitchExpressionOperation)
            && Ancestors(one).OfType<IAnonymousFunctionOperation>().FirstOrDefault()
                == Ancestors(other).OfType<IAnonymousFunctionOperation>().FirstOrDefault();
    }

    private static IEnumerable<IOperation> Ancestors(IOperation operation)
    {
        for (var outer = operation.Parent; outer is not null; outer = outer.Parent)
            yield return outer;
    }

    private static bool IsIn(IOperation operation, IOperation scope) => Ancestors(operation).Contains(scope);

    private static bool IsWait(IOperation operation) =>
        operation is IAwaitOperation or IPropertyReferenceOperation { Property.Name: "Result" }
        || operation is IInvocationOperation call && s_waits.Contains(call.TargetMethod.Name);

    /// <summary>Whether what was started is waited for at once.</summary>
    private static bool IsAwaited(IOperation start) => start.Around() switch
    {
        IAwaitOperation => true,
        IPropertyReferenceOperation { Property.Name: "Result" } => true,
        IInvocationOperation { TargetMethod.Name: "Wait" or "GetResult" } => true,
        IInvocationOperation { TargetMethod.Name: "GetAwaiter" or "ConfigureAwait" } next => IsAwaited(next),
        _ => false,
    };

    /// <summary>A role of a handle.</summary>
    /// <param name="Name">As the attribute has it.</param>
    /// <param name="Handle">The variable, parameter or field that holds the handle.</param>
    private sealed record Role(string Name, ISymbol Handle);
}

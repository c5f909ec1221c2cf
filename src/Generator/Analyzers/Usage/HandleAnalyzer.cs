using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TypedShmQueue.Generator.Diagnostics;

namespace TypedShmQueue.Generator.Analyzers.Usage;

/// <summary>TSQ022: a handle that nobody keeps and nobody disposes.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class HandleAnalyzer() : UsageAnalyzer(UsageRules.HandleNotDisposed)
{
    private static readonly HashSet<string> s_makers = new(StringComparer.Ordinal) { "Create", "Open", "OpenOrCreate", "TryOpen",
        "Subscribe" };

    /// <summary>What these return calls the handle later.</summary>
    private static readonly HashSet<string> s_dependents = new(StringComparer.Ordinal)
    {
        "Subscribe", "ReadAllAsync", "AsChannelReader", "AsChannelWriter", "EnqueueAsync", "DequeueAsync",
        "WaitToReadAsync", "WaitToWriteAsync",
    };

    private protected override void Register(CompilationStartAnalysisContext start, QueueTypes queues) =>
        start.RegisterOperationAction(operation => Analyze(operation, queues), OperationKind.Invocation);

    private static void Analyze(OperationAnalysisContext context, QueueTypes queues)
    {
        var call = (IInvocationOperation)context.Operation;
        if (!s_makers.Contains(call.TargetMethod.Name) || !queues.IsEmitted(call.TargetMethod.ContainingType))
            return;

        var loss = call.TargetMethod.ReturnType.SpecialType == SpecialType.System_Boolean
            ? call.Arguments.Where(static argument => argument.Parameter?.RefKind == RefKind.Out).Select(argument => LossOf(argument,
                queues)).FirstOrDefault()
            : queues.IsEmitted(call.TargetMethod.ReturnType) ? LossOf(call, queues) : null;
        if (loss is null)
            return;

        // With a using around it, whatever still depends on the handle would break.
        var name = call.TargetMethod.ContainingType.Name + "." + call.TargetMethod.Name;
        var (remedy, advice) = loss.Dependent is { } dependent
            ? (new Remedy(), $"what '{dependent}' returns works only while the handle is open: keep the handle, and dispose it afterwards")
            : (new Remedy(Value: "using"), "declare it with using");
        context.ReportDiagnostic(remedy.Attach(UsageRules.HandleNotDisposed, call.Syntax.GetLocation(), name, advice));
    }

    private static Loss? LossOf(IArgumentOperation argument, QueueTypes queues) => argument.Value is IDiscardOperation
        ? new Loss(Dependent: null)
        : argument.Value.NamedSymbol() is ILocalSymbol local ? LossOf(argument.Root(), local, argument, queues) : null;

    private static Loss? LossOf(IInvocationOperation call, QueueTypes queues) => call.Around() switch
    {
        IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation } => new Loss(Dependent: null),
        IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } =>
            IsInUsing(declarator) ? null : LossOf(call.Root(), declarator.Symbol, except: null, queues),

        // Used where it stands, and then out of reach; a user's own method may keep it.
        IInvocationOperation { TargetMethod: { Name: not "Dispose",
            ContainingType.SpecialType: not SpecialType.System_Object } method } used
            when queues.IsEmittedMember(method) => new Loss(DependentOf(used)),
        IPropertyReferenceOperation { Property: var property } when queues.IsEmittedMember(property) => new Loss(Dependent: null),
        _ => null,
    };

    /// <summary>
    /// The method whose result needs the handle to stay open, if that result is not used up where it stands; null for any other call.
    /// </summary>
    private static string? DependentOf(IInvocationOperation call) =>
        s_dependents.Contains(call.TargetMethod.Name) && !IsUsedUp(call) ? call.TargetMethod.Name : null;

    /// <summary>
    /// Awaited, waited for, enumerated, or disposed by a using: when the statement ends, so does the need for the handle.
    /// </summary>
    private static bool IsUsedUp(IOperation result)
    {
        var around = result.Around();
        if (around is IConditionalAccessOperation)
            around = around.Around();
        return around switch
        {
            IAwaitOperation => true,
            IForEachLoopOperation loop => loop.Collection.DescendantsAndSelf().Contains(result),
            IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } => IsInUsing(declarator),
            IUsingOperation => true,
            IPropertyReferenceOperation { Property.Name: "Result" } => true,
            IInvocationOperation { TargetMethod.Name: "GetResult" or "Wait" } => true,
            IInvocationOperation
            {
                TargetMethod.Name: "AsTask" or "GetAwaiter" or "ConfigureAwait" or "WithCancellation" or "ToBlockingEnumerable"
            } next => IsUsedUp(next),
            IArgumentOperation
            {
                Parent: IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "WithCancellation" or "ToBlockingEnumerable" } next
            } => IsUsedUp(next),
            _ => false,
        };
    }

    /// <summary>A handle that is lost.</summary>
    /// <param name="Dependent">What was made of it and may be in use after the method; null if there is nothing.</param>
    private sealed record Loss(string? Dependent);

    private static bool IsInUsing(IVariableDeclaratorOperation declarator)
    {
        for (var outer = declarator.Parent; outer is not null; outer = outer.Parent)
        {
            if (outer is IUsingDeclarationOperation
                || (outer is IUsingOperation scope && scope.Resources.Descendants().Contains(declarator)))
                return true;
            if (outer is IBlockOperation)
                return false;
        }

        return false;
    }

    /// <summary>Calling it and looking at it keep nothing; whatever else is done with a handle may well keep it.</summary>
    private static Loss? LossOf(IOperation body, ILocalSymbol local, IArgumentOperation? except, QueueTypes queues)
    {
        string? dependent = null;
        foreach (var use in body.UsesOf(local))
        {
            if (except is not null && except.Descendants().Contains(use))
                continue;
            if (use.IsReceiverOf("Dispose") || use.IsUsed() || IsCaptured(use, local) || !IsLook(use, queues))
                return null;
            dependent ??= CallOn(use) is { } call ? DependentOf(call) : null;
        }

        return new Loss(dependent);
    }

    private static IInvocationOperation? CallOn(IOperation use) => use.Parent switch
    {
        IInvocationOperation call when call.Instance == use => call,
        IConditionalAccessOperation { WhenNotNull: IInvocationOperation call } access when access.Operation == use => call,
        _ => null,
    };

    private static bool IsCaptured(ILocalReferenceOperation use, ILocalSymbol local)
    {
        for (var outer = use.Parent; outer is not null; outer = outer.Parent)
        {
            if (outer is IAnonymousFunctionOperation lambda)
                return !SymbolEqualityComparer.Default.Equals(lambda.Symbol, local.ContainingSymbol);
            if (outer is ILocalFunctionOperation function)
                return !SymbolEqualityComparer.Default.Equals(function.Symbol, local.ContainingSymbol);
        }

        return false;
    }

    /// <summary>
    /// What the generator emits keeps no handle; what a user adds, in a part of the queue or an extension, may. So may the variable of a
    /// pattern.
    /// </summary>
    private static bool IsLook(ILocalReferenceOperation use, QueueTypes queues) => use.Parent switch
    {
        IInvocationOperation call => call.Instance == use && queues.IsEmittedMember(call.TargetMethod),
        IPropertyReferenceOperation property => property.Instance == use && queues.IsEmittedMember(property.Property),
        IConditionalAccessOperation { WhenNotNull: var then } access => access.Operation == use && IsLookThen(then, queues),
        IIsPatternOperation pattern =>
            !pattern.Pattern.DescendantsAndSelf().Any(static part => part is IDeclarationPatternOperation { DeclaredSymbol: not null }
            or IRecursivePatternOperation { DeclaredSymbol: not null } or IListPatternOperation { DeclaredSymbol: not null }),
        IBinaryOperation => true,
        IConversionOperation { IsImplicit: true, Parent: IBinaryOperation } => true,
        _ => false,
    };

    /// <summary>What stands behind <c>?.</c>: a call or property of the handle, and whatever is asked of its result.</summary>
    private static bool IsLookThen(IOperation then, QueueTypes queues) => then switch
    {
        IInvocationOperation { Instance: IConditionalAccessInstanceOperation } call => queues.IsEmittedMember(call.TargetMethod),
        IPropertyReferenceOperation { Instance: IConditionalAccessInstanceOperation } property => queues.IsEmittedMember(property.Property),
        IInvocationOperation { Instance: { } inner } => IsLookThen(inner, queues),
        IPropertyReferenceOperation { Instance: { } inner } => IsLookThen(inner, queues),
        _ => false,
    };
}

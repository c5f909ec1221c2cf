using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TypedShmQueue.Generator.Diagnostics;
using TypedShmQueue.Generator.Parsing;

namespace TypedShmQueue.Generator.Analyzers.Usage;

/// <summary>TSQ022: a handle that nobody keeps and nobody disposes.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class HandleAnalyzer() : UsageAnalyzer(UsageRules.HandleNotDisposed)
{
    private static readonly HashSet<string> s_makers = new(StringComparer.Ordinal) { "Create", "Open", "OpenOrCreate", "TryOpen", "Subscribe" };

    private protected override void Register(CompilationStartAnalysisContext start, QueueTypes queues) =>
        start.RegisterOperationAction(operation => Analyze(operation, queues), OperationKind.Invocation);

    private static void Analyze(OperationAnalysisContext context, QueueTypes queues)
    {
        var call = (IInvocationOperation)context.Operation;
        if (!s_makers.Contains(call.TargetMethod.Name) || !queues.IsEmitted(call.TargetMethod.ContainingType))
            return;

        var lost = call.TargetMethod.ReturnType.SpecialType == SpecialType.System_Boolean
            ? call.Arguments.Any(static argument => argument.Parameter?.RefKind == RefKind.Out && IsLost(argument))
            : queues.IsEmitted(call.TargetMethod.ReturnType) && IsLost(call);
        if (lost)
        {
            var name = call.TargetMethod.ContainingType.Name + "." + call.TargetMethod.Name;
            context.ReportDiagnostic(Diagnostic.Create(UsageRules.HandleNotDisposed, call.Syntax.GetLocation(), name));
        }
    }

    private static bool IsLost(IArgumentOperation argument) =>
        argument.Value is IDiscardOperation
        || (argument.Value.NamedSymbol() is ILocalSymbol local && IsLost(argument.Root(), local, argument));

    private static bool IsLost(IInvocationOperation call) => call.Around() switch
    {
        IExpressionStatementOperation => true,
        IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } =>
            !IsInUsing(declarator) && IsLost(call.Root(), declarator.Symbol, except: null),

        // Used where it stands, and then out of reach; a user's own method may keep it.
        IInvocationOperation { TargetMethod.Name: var name } => !string.Equals(name, "Dispose", StringComparison.Ordinal) && NameClash.EmittedMembers.Contains(name),
        IPropertyReferenceOperation { Property.Name: var name } => NameClash.EmittedMembers.Contains(name),
        _ => false,
    };

    private static bool IsInUsing(IVariableDeclaratorOperation declarator)
    {
        for (var outer = declarator.Parent; outer is not null; outer = outer.Parent)
        {
            if (outer is IUsingDeclarationOperation || (outer is IUsingOperation scope && scope.Resources.Descendants().Contains(declarator)))
                return true;
            if (outer is IBlockOperation)
                return false;
        }

        return false;
    }

    /// <summary>Calling it and looking at it keep nothing; whatever else is done with a handle may well keep it.</summary>
    private static bool IsLost(IOperation body, ILocalSymbol local, IArgumentOperation? except)
    {
        foreach (var use in body.UsesOf(local))
        {
            if (except is not null && except.Descendants().Contains(use))
                continue;
            if (use.IsReceiverOf("Dispose") || use.IsUsed() || IsCaptured(use, local) || !IsLook(use))
                return false;
        }

        return true;
    }

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

    private static bool IsLook(ILocalReferenceOperation use) => use.Parent switch
    {
        IInvocationOperation call => call.Instance == use,
        IPropertyReferenceOperation property => property.Instance == use,
        IConditionalAccessOperation access => access.Operation == use,
        IIsPatternOperation or IBinaryOperation => true,
        IConversionOperation { IsImplicit: true, Parent: IBinaryOperation } => true,
        _ => false,
    };
}

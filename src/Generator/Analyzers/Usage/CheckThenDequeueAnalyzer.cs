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
                IConditionalOperation branch when branch.WhenTrue == inner => Look(branch.Condition, handle, holds: true),
                IConditionalOperation branch when branch.WhenFalse == inner => Look(branch.Condition, handle, holds: false),
                IWhileLoopOperation { ConditionIsTop: true } loop when loop.Body == inner =>
                    Look(loop.Condition, handle, holds: !loop.ConditionIsUntil),
                IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } both when both.RightOperand == inner =>
                    Look(both.LeftOperand, handle, holds: true),
                IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr } either when either.RightOperand == inner =>
                    Look(either.LeftOperand, handle, holds: false),
                _ => null,
            };
            if (look is not null)
            {
                context.ReportDiagnostic(Diagnostic.Create(UsageRules.CheckThenDequeue, call.Syntax.GetLocation(), look));
                return;
            }
        }
    }

    /// <summary>
    /// The property by which the condition says, where it holds or where it does not, that there is a message; null if it does not say so.
    /// </summary>
    private static string? Look(IOperation? condition, ISymbol handle, bool holds) => condition switch
    {
        IUnaryOperation { OperatorKind: UnaryOperatorKind.Not } not => Look(not.Operand, handle, !holds),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd } both when holds =>
            Look(both.LeftOperand, handle, holds) ?? Look(both.RightOperand, handle, holds),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr } either when !holds =>
            Look(either.LeftOperand, handle, holds) ?? Look(either.RightOperand, handle, holds),
        IPropertyReferenceOperation { Property.Name: "IsEmpty" } empty when !holds && IsOf(empty, handle) => "IsEmpty",
        IBinaryOperation { OperatorKind: BinaryOperatorKind.Equals,
            RightOperand.ConstantValue: { HasValue: true, Value: bool value } } equal => Look(equal.LeftOperand, handle, holds == value),
        IBinaryOperation { OperatorKind: BinaryOperatorKind.NotEquals,
            RightOperand.ConstantValue: { HasValue: true, Value: bool value } } other => Look(other.LeftOperand, handle, holds != value),
        IIsPatternOperation { Pattern: IConstantPatternOperation { Value.ConstantValue: { HasValue: true,
            Value: bool value } } } constant => Look(constant.Value, handle, holds == value),
        IIsPatternOperation { Value: IPropertyReferenceOperation { Property.Name: "Count" } count, Pattern: var pattern } when IsOf(count,
            handle) && SaysSome(pattern, holds) => "Count",
        IBinaryOperation { LeftOperand: IPropertyReferenceOperation { Property.Name: "Count" } count } compared
            when IsOf(count, handle) && SaysSome(compared.OperatorKind, Number(compared.RightOperand), holds) => "Count",
        IBinaryOperation { RightOperand: IPropertyReferenceOperation { Property.Name: "Count" } count } compared
            when IsOf(count, handle) && SaysSome(Turned(compared.OperatorKind), Number(compared.LeftOperand), holds) => "Count",
        _ => null,
    };

    private static bool IsOf(IPropertyReferenceOperation property, ISymbol handle) =>
        SymbolEqualityComparer.Default.Equals(property.Instance.NamedSymbol(), handle);

    private static int? Number(IOperation operand) => operand.ConstantValue is { HasValue: true, Value: int number } ? number : null;

    private static bool SaysSome(IPatternOperation pattern, bool holds) => pattern switch
    {
        INegatedPatternOperation not => SaysSome(not.Pattern, !holds),
        IConstantPatternOperation constant => SaysSome(BinaryOperatorKind.Equals, Number(constant.Value), holds),
        IRelationalPatternOperation relation => SaysSome(relation.OperatorKind, Number(relation.Value), holds),
        _ => false,
    };

    /// <summary>
    /// Whether a count that compares so with the number, or does not, is more than none. A limit that is not constant is taken for none or
    /// more.
    /// </summary>
    private static bool SaysSome(BinaryOperatorKind comparison, int? number, bool holds) => (comparison, holds) switch
    {
        (BinaryOperatorKind.GreaterThan, true) or (BinaryOperatorKind.LessThanOrEqual, false) => number is null or >= 0,
        (BinaryOperatorKind.GreaterThanOrEqual, true) or (BinaryOperatorKind.LessThan, false) => number >= 1,
        (BinaryOperatorKind.NotEquals, true) or (BinaryOperatorKind.Equals, false) => number == 0,
        (BinaryOperatorKind.Equals, true) or (BinaryOperatorKind.NotEquals, false) => number >= 1,
        _ => false,
    };

    private static BinaryOperatorKind Turned(BinaryOperatorKind comparison) => comparison switch
    {
        BinaryOperatorKind.LessThan => BinaryOperatorKind.GreaterThan,
        BinaryOperatorKind.LessThanOrEqual => BinaryOperatorKind.GreaterThanOrEqual,
        BinaryOperatorKind.GreaterThan => BinaryOperatorKind.LessThan,
        BinaryOperatorKind.GreaterThanOrEqual => BinaryOperatorKind.LessThanOrEqual,
        _ => comparison,
    };
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace TypedShmQueue.Generator.Analyzers.Usage;

/// <summary>Questions about the compiler's tree of operations.</summary>
internal static class Operations
{
    /// <summary>The whole body that an operation stands in: a method's, a lambda's enclosing method's, or an initializer.</summary>
    public static IOperation Root(this IOperation operation)
    {
        while (operation.Parent is { } parent)
            operation = parent;
        return operation;
    }

    /// <summary>The variable, parameter or field that an operation names; null if it is anything else.</summary>
    public static ISymbol? NamedSymbol(this IOperation? operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IFieldReferenceOperation field => field.Field,
        IDeclarationExpressionOperation declaration => declaration.Expression.NamedSymbol(),
        IConversionOperation { IsImplicit: true } conversion => conversion.Operand.NamedSymbol(),
        _ => null,
    };

    /// <summary>Every place in the same body where a local is named, its declaration left out.</summary>
    public static IEnumerable<ILocalReferenceOperation> UsesOf(this IOperation body, ILocalSymbol local) =>
        body.Descendants().OfType<ILocalReferenceOperation>()
            .Where(use => !use.IsDeclaration && SymbolEqualityComparer.Default.Equals(use.Local, local));

    /// <summary>The operation around another one, conversions that the compiler adds left out.</summary>
    public static IOperation? Around(this IOperation operation)
    {
        var outer = operation.Parent;
        while (outer is IConversionOperation { IsImplicit: true })
            outer = outer.Parent;
        return outer;
    }

    /// <summary>Whether an operation calls a method of that name on this very object.</summary>
    public static bool IsReceiverOf(this IOperation operation, string method) => operation.Parent switch
    {
        IInvocationOperation call => call.Instance == operation && string.Equals(call.TargetMethod.Name, method, StringComparison.Ordinal),
        IConditionalAccessOperation { WhenNotNull: IInvocationOperation call } access =>
            access.Operation == operation && string.Equals(call.TargetMethod.Name, method, StringComparison.Ordinal),
        _ => false,
    };

    /// <summary>Whether an operation is what a using statement or declaration will dispose.</summary>
    public static bool IsUsed(this IOperation operation) => operation.Around() switch
    {
        IUsingOperation scope => scope.Resources == operation || operation.Parent is IConversionOperation,
        _ => false,
    };
}

using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TypedShmQueue.Generator.Diagnostics;
using TypedShmQueue.Generator.Layout;
using TypedShmQueue.Generator.Parsing;

namespace TypedShmQueue.Generator.Analyzers.Usage;

/// <summary>
/// TSQ037: a message of 64 KB or more as a variable, an argument, a result or an element of an array. It needs as much room on the stack
/// as it is large, for each copy, and the runtime has no arrays of it.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LargeMessageAnalyzer() : UsageAnalyzer(UsageRules.LargeByValue)
{
    /// <summary>The runtime makes no array whose elements take as many bytes.</summary>
    private const long Large = 1 << 16;

    private const string OnTheHeap = "keep it in a field of a class, and pass it by reference";

    private protected override void Register(CompilationStartAnalysisContext start, QueueTypes queues)
    {
        var sizes = new Sizes(start.Compilation);
        start.RegisterOperationAction(operation => Variable(operation, sizes), OperationKind.VariableDeclarator);
        start.RegisterOperationAction(operation => OutVariable(operation, sizes), OperationKind.DeclarationExpression);
        start.RegisterOperationAction(operation => Array(operation, sizes), OperationKind.ArrayCreation);
        start.RegisterOperationAction(operation => Call(operation, queues, sizes), OperationKind.Invocation);
        start.RegisterOperationAction(operation => Lease(operation, sizes), OperationKind.PropertyReference);
        start.RegisterOperationAction(operation => Temporary(operation, queues, sizes), OperationKind.Argument);
        start.RegisterSymbolAction(symbol => Parameter(symbol, sizes), SymbolKind.Parameter);
        start.RegisterOperationAction(operation => Function(operation, sizes), OperationKind.LocalFunction);
    }

    private static void Variable(OperationAnalysisContext context, Sizes sizes) =>
        Local(context, ((IVariableDeclaratorOperation)context.Operation).Symbol, sizes);

    private static void OutVariable(OperationAnalysisContext context, Sizes sizes)
    {
        if (((IDeclarationExpressionOperation)context.Operation).Expression is ILocalReferenceOperation { Local: var local })
            Local(context, local, sizes);
    }

    private static void Local(OperationAnalysisContext context, ILocalSymbol local, Sizes sizes)
    {
        if (local.RefKind == RefKind.None)
            sizes.Report(context, local.Type, context.Operation.Syntax, $"the variable '{local.Name}' holds it on the stack", OnTheHeap);
    }

    private static void Array(OperationAnalysisContext context, Sizes sizes)
    {
        if (((IArrayCreationOperation)context.Operation).Type is IArrayTypeSymbol array)
        {
            sizes.Report(context, array.ElementType, context.Operation.Syntax,
                "an element of an array takes 65,535 bytes at most, so making this one throws",
                "keep each in a field of a class, or take them from native memory");
        }
    }

    /// <summary>The calls of a queue that pass the message by value.</summary>
    private static void Call(OperationAnalysisContext context, QueueTypes queues, Sizes sizes)
    {
        var method = ((IInvocationOperation)context.Operation).TargetMethod;
        if (queues.MessageOf(method.ContainingType) is not { } message || Instead(method) is not { } instead)
            return;

        sizes.Report(context, message, context.Operation.Syntax, $"'{method.Name}' passes it by value", instead);
    }

    private static string? Instead(IMethodSymbol method) => method.Name switch
    {
        "Dequeue" when !method.ReturnsVoid && method.ReturnType.SpecialType != SpecialType.System_Int32 =>
            "use TryDequeue with Timeout.InfiniteTimeSpan and an out argument on the heap",
        "DequeueAsync" or "ReadAllAsync" or "AsChannelReader" => "use WaitToReadAsync, then TryDequeue with an out argument on the heap",
        "EnqueueAsync" or "AsChannelWriter" => "use WaitToWriteAsync, then TryEnqueue with an in argument on the heap",
        _ => null,
    };

    /// <summary>What is written for every lease gets the message itself; an emitted lease has a reference to it.</summary>
    private static void Lease(OperationAnalysisContext context, Sizes sizes)
    {
        var property = ((IPropertyReferenceOperation)context.Operation).Property;
        if (property is { Name: "Value", RefKind: RefKind.None, ContainingType: { Name: "IShmLease" or "ShmLease", Arity: 1 } lease }
            && string.Equals(lease.ContainingNamespace.ToDisplayString(), "TypedShmQueue", StringComparison.Ordinal))
        {
            sizes.Report(context, property.Type, context.Operation.Syntax, $"'{lease.Name}.Value' passes it by value",
                "use the Value of the emitted lease, which is a reference to its slot");
        }
    }

    /// <summary>A value that is made for a call has to be somewhere.</summary>
    private static void Temporary(OperationAnalysisContext context, QueueTypes queues, Sizes sizes)
    {
        var argument = (IArgumentOperation)context.Operation;
        if (argument is { Parameter.RefKind: RefKind.In, Parent: IInvocationOperation call }
            && argument.Value is IObjectCreationOperation or IDefaultValueOperation or IWithOperation
            && queues.IsQueue(call.TargetMethod.ContainingType))
        {
            sizes.Report(context, argument.Value.Type, argument.Value.Syntax,
                "this value is made on the stack", "write it in its slot (TryClaim), or " + OnTheHeap);
        }
    }

    private static void Parameter(SymbolAnalysisContext context, Sizes sizes) =>
        Parameter(context.ReportDiagnostic, (IParameterSymbol)context.Symbol, sizes, context.CancellationToken);

    /// <summary>The parameters of local functions are no symbols of their own to analyzers.</summary>
    private static void Function(OperationAnalysisContext context, Sizes sizes)
    {
        foreach (var parameter in ((ILocalFunctionOperation)context.Operation).Symbol.Parameters)
            Parameter(context.ReportDiagnostic, parameter, sizes, context.CancellationToken);
    }

    private static void Parameter(Action<Diagnostic> report, IParameterSymbol parameter, Sizes sizes, CancellationToken cancellationToken)
    {
        if (parameter is { RefKind: RefKind.None, IsImplicitlyDeclared: false }
            && sizes.IsLarge(parameter.Type, cancellationToken)
            && !IsGiven(parameter.ContainingSymbol))
        {
            sizes.Report(report, parameter.Type, parameter.Locations.FirstOrDefault(),
                $"the parameter '{parameter.Name}' passes it by value", "pass it by in or ref", cancellationToken);
        }
    }

    /// <summary>Whether a base class or an interface, such as that of a handler, says what the parameters of this method are.</summary>
    private static bool IsGiven(ISymbol method) =>
        method.IsOverride || method.ContainingType.AllInterfaces.Any(one => one.GetMembers().Any(member =>
            SymbolEqualityComparer.Default.Equals(method.ContainingType.FindImplementationForInterfaceMember(member), method)));

    /// <summary>How large the messages of a compilation are; each is looked at once.</summary>
    private sealed class Sizes(Compilation compilation)
    {
        private readonly ConcurrentDictionary<INamedTypeSymbol, long> _sizes = new(SymbolEqualityComparer.Default);

        public void Report(OperationAnalysisContext context, ITypeSymbol? type, SyntaxNode place, string what, string instead) =>
            Report(context.ReportDiagnostic, type, place.GetLocation(), what, instead, context.CancellationToken);

        public void Report(
            Action<Diagnostic> report, ITypeSymbol? type, Location? place, string what, string instead, CancellationToken cancellationToken)
        {
            var size = SizeOf(type, cancellationToken);
            if (size >= Large)
                report(Diagnostic.Create(UsageRules.LargeByValue, place, type!.Name, size, what, instead));
        }

        public bool IsLarge(ITypeSymbol type, CancellationToken cancellationToken) => SizeOf(type, cancellationToken) >= Large;

        /// <summary>0: no message.</summary>
        private long SizeOf(ITypeSymbol? type, CancellationToken cancellationToken) =>
            type is INamedTypeSymbol { TypeKind: TypeKind.Struct } message && message.FindAttribute(AttributeNames.ShmQueue) is not null
                ? _sizes.GetOrAdd(message, found => Read(found, cancellationToken))
                : 0;

        private long Read(INamedTypeSymbol message, CancellationToken cancellationToken)
        {
            var reader = new TypeLayoutReader(message, compilation, new ProblemSink(report: null), cancellationToken);
            return reader.Read() is StructLayout layout ? layout.Size : 0;
        }
    }
}

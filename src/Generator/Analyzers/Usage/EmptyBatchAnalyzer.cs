using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TypedShmQueue.Generator.Diagnostics;

namespace TypedShmQueue.Generator.Analyzers.Usage;

/// <summary>
/// TSQ030: <c>Enqueue(default)</c>. The compiler prefers the batch, which is passed by value, to the message, which is passed by <c>in</c>.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class EmptyBatchAnalyzer() : UsageAnalyzer(UsageRules.EmptyBatch)
{
    private protected override void Register(CompilationStartAnalysisContext start, QueueTypes queues) =>
        start.RegisterOperationAction(operation => Analyze(operation, queues), OperationKind.Invocation);

    private static void Analyze(OperationAnalysisContext context, QueueTypes queues)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.TargetMethod.Name is not ("Enqueue" or "TryEnqueue")
            || queues.MessageOf(call.TargetMethod.ContainingType) is not { } message
            || call.Arguments.FirstOrDefault(argument => IsBatch(argument.Parameter?.Type, message)) is not { Value.Syntax: var value }
            || !NamesNoType(value))
        {
            return;
        }

        // A default of a class is null, which is no message either: nothing to write in its place.
        var remedy = new Remedy(Value: message.IsValueType ? message.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat) : null);
        context.ReportDiagnostic(remedy.Attach(UsageRules.EmptyBatch, value.GetLocation(), call.TargetMethod.Name, value, message.Name));
    }

    private static bool IsBatch(ITypeSymbol? type, ITypeSymbol message) =>
        type is INamedTypeSymbol { Name: "ReadOnlySpan", TypeArguments: { Length: 1 } arguments }
            && SymbolEqualityComparer.Default.Equals(arguments[0], message);

    /// <summary>Whoever writes the type, or an empty list, means a batch.</summary>
    private static bool NamesNoType(SyntaxNode value) => value.IsKind(SyntaxKind.DefaultLiteralExpression)
        || value is ImplicitObjectCreationExpressionSyntax { ArgumentList.Arguments.Count: 0, Initializer: null };
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedShmQueue.Generator.Diagnostics;
using TypedShmQueue.Generator.Parsing;

namespace TypedShmQueue.Generator.Analyzers.Usage;

/// <summary>TSQ018: says why there is no <c>EnqueueShift</c>, beside the compiler's word that there is none.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ShiftAnalyzer() : UsageAnalyzer(UsageRules.NoEnqueueShift)
{
    private const int OverflowWait = 1;

    private protected override void Register(CompilationStartAnalysisContext start, QueueTypes queues) => start.RegisterSyntaxNodeAction(
        node => Analyze(node, queues), SyntaxKind.SimpleMemberAccessExpression, SyntaxKind.MemberBindingExpression);

    private static void Analyze(SyntaxNodeAnalysisContext context, QueueTypes queues)
    {
        var (name, receiver) = context.Node switch
        {
            MemberAccessExpressionSyntax access => (access.Name, access.Expression),
            MemberBindingExpressionSyntax binding => (binding.Name,
                binding.FirstAncestorOrSelf<ConditionalAccessExpressionSyntax>(access => access.WhenNotNull.Contains(binding))?.Expression),
            _ => (null, null),
        };
        if (name is not { Identifier.ValueText: "EnqueueShift" } || receiver is null)
            return;

        // An extension method of the user's own would be found.
        var cancellation = context.CancellationToken;
        if (context.SemanticModel.GetSymbolInfo(name, cancellation) is { Symbol: not null } or { CandidateSymbols.IsEmpty: false })
            return;

        var queue = context.SemanticModel.GetTypeInfo(receiver, cancellation).Type;
        if (queues.DeclarationOf(queue) is not { } declaration || declaration.NamedArgument("Overflow") is not OverflowWait)
            return;

        var remedy = new Remedy(QueueSettings.PlaceOf(declaration, "Overflow", cancellation));
        context.ReportDiagnostic(remedy.Attach(
            UsageRules.NoEnqueueShift, name.GetLocation(), queue!.Name, queues.MessageOf(queue)!.Name));
    }
}

using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;
using TypedShmQueue.Generator.Diagnostics;
using TypedShmQueue.Generator.Parsing;

namespace TypedShmQueue.Generator.Analyzers.Usage;

/// <summary>TSQ035: a constant name or option that every call refuses at run time.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ConstantAnalyzer() : UsageAnalyzer(UsageRules.InvalidConstant)
{
    private const int MaxQueueName = 128;
    private const int MaxSubscriptionName = 63;
    private const int MaxEntries = 4096;
    private const int MaxGroups = 64;
    private const int MaxLeases = 65_536;
    private const int MaxDeliveries = 4000;
    private const string Options = "TypedShmQueue.ShmQueueOptions";

    private static readonly HashSet<string> s_byQueueName = new(StringComparer.Ordinal) { "Create", "Open", "OpenOrCreate", "TryOpen",
        "Exists", "Delete" };
    private static readonly HashSet<string> s_bySubscriptionName = new(StringComparer.Ordinal) { "Subscribe", "RemoveSubscription",
        "JoinGroup", "RemoveGroup" };

    private protected override void Register(CompilationStartAnalysisContext start, QueueTypes queues)
    {
        start.RegisterOperationAction(operation => AnalyzeName(operation, queues), OperationKind.Invocation);
        start.RegisterOperationAction(AnalyzeOption, OperationKind.SimpleAssignment);
    }

    private static void AnalyzeName(OperationAnalysisContext context, QueueTypes queues)
    {
        var call = (IInvocationOperation)context.Operation;
        var most = s_byQueueName.Contains(call.TargetMethod.Name) ? MaxQueueName
            : s_bySubscriptionName.Contains(call.TargetMethod.Name) ? MaxSubscriptionName
            : 0;
        if (most == 0 || !queues.IsEmittedMember(call.TargetMethod))
            return;

        foreach (var argument in call.Arguments)
        {
            if (argument.Parameter is { Name: "name", Type.SpecialType: SpecialType.System_String }
                && argument.Value.ConstantValue is { HasValue: true, Value: string name }
                && WhyNoName(name, most) is { } reason)
            {
                Report(context, argument.Value, $"\"{name}\"", reason);
            }
        }
    }

    private static void AnalyzeOption(OperationAnalysisContext context)
    {
        var set = (ISimpleAssignmentOperation)context.Operation;
        if (set.Target is not IPropertyReferenceOperation { Property: var option }
            || !string.Equals(option.ContainingType.FullMetadataName(), Options, StringComparison.Ordinal))
        {
            return;
        }

        var value = set.Value is IConversionOperation { IsImplicit: true } conversion ? conversion.Operand : set.Value;
        if (value.ConstantValue is { HasValue: true, Value: int number } && WhyOutOfRange(option.Name, number) is { } reason)
            Report(context, value, option.Name + " = " + value.Syntax, reason);
    }

    private static string? WhyNoName(string name, int most)
    {
        if (name.Length == 0)
            return "a name has at least one character";
        if (name.Length > most)
            return FormattableString.Invariant($"it has {name.Length} characters, but at most {most} are allowed");
        if (name[0] == '.')
            return "a name does not start with a dot";
        return name.Any(static letter =>
            letter is not ((>= 'A' and <= 'Z') or (>= 'a' and <= 'z') or (>= '0' and <= '9') or '.' or '_' or '-'))
            ? "a name is made of A-Z, a-z, 0-9, '.', '_' and '-'"
            : null;
    }

    private static string? WhyOutOfRange(string option, int number) => option switch
    {
        "Capacity" when !QueueSettings.IsCapacity(number) => "a capacity is a power of two from 2 to 1073741824",
        "MaxParticipants" or "MaxSubscriptions" when number is < 1 or > MaxEntries =>
            FormattableString.Invariant($"it must be from 1 to {MaxEntries}"),
        "MaxGroups" when number is < 0 or > MaxGroups => FormattableString.Invariant($"it must be from 0 to {MaxGroups}"),
        "MaxLeases" when number is < 1 or > MaxLeases => FormattableString.Invariant($"it must be from 1 to {MaxLeases}"),
        "MaxDeliveries" when number is < 0 or > MaxDeliveries =>
            FormattableString.Invariant($"it must be from 1 to {MaxDeliveries}, or 0 for no limit"),
        _ => null,
    };

    private static void Report(OperationAnalysisContext context, IOperation value, string what, string reason) =>
        context.ReportDiagnostic(Diagnostic.Create(UsageRules.InvalidConstant, value.Syntax.GetLocation(), what, reason));
}

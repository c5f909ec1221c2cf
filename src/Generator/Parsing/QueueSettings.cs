using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using TypedShmQueue.Generator.Diagnostics;

namespace TypedShmQueue.Generator.Parsing;

/// <summary>What the attribute asks for, checked.</summary>
internal sealed record QueueSettings(string QueueName, int Capacity, bool OneProducer, bool OneConsumer, bool Displaces, bool Broadcasts,
    bool Acknowledges)
{
    private const int MinCapacity = 2;
    private const int MaxCapacity = 1 << 30;
    private const int DefaultCapacity = 1024;

    // The values of the runtime's enums, which the generator does not reference.
    private const int EndpointsOne = 1;
    private const int DeliveryBroadcast = 1;
    private const int DeliveryAcknowledged = 2;
    private const int OverflowWait = 1;

    public static QueueSettings Read(INamedTypeSymbol message, AttributeData attribute, ProblemSink problems,
        CancellationToken cancellationToken)
    {
        var capacity = attribute.NamedArgument("Capacity") as int? ?? DefaultCapacity;
        if (!IsCapacity(capacity))
        {
            var remedy = new Remedy(Value: NextCapacity(capacity).ToString(CultureInfo.InvariantCulture));
            problems.Add(remedy, Rules.InvalidCapacity, PlaceOf(attribute, "Capacity", cancellationToken), message.Name, capacity,
                Suggestion(capacity));
        }

        var queueName = QueueNameOf(message, attribute);
        if (!SyntaxFacts.IsValidIdentifier(queueName))
            problems.Add(Rules.InvalidQueueName, PlaceOf(attribute, "QueueName", cancellationToken), message.Name, queueName);

        foreach (var (setting, value) in attribute.NamedArguments.Select(static argument => (argument.Key, argument.Value)))
        {
            if (value is { Kind: TypedConstantKind.Enum, Type: INamedTypeSymbol type } && ValuesOf(type) is var values
                && !values.Any(known => Equals(known.ConstantValue, value.Value)))
                problems.Add(Rules.UnknownSetting, PlaceOf(attribute, setting, cancellationToken), message.Name, setting, value.Value ?? "",
                    string.Join(" or ", values.Select(known => type.Name + "." + known.Name)));
        }

        var oneConsumer = IsSet(attribute, "Consumers", EndpointsOne);
        var broadcasts = IsSet(attribute, "Delivery", DeliveryBroadcast);
        var acknowledges = IsSet(attribute, "Delivery", DeliveryAcknowledged);
        if ((broadcasts || acknowledges) && oneConsumer)
            problems.Add(Rules.BroadcastToOne, PlaceOf(attribute, "Consumers", cancellationToken), message.Name,
                acknowledges ? "Acknowledged" : "Broadcast", acknowledges ? "every worker takes messages"
                    : "every subscriber of a broadcast queue is a consumer");

        return new QueueSettings(
            queueName,
            capacity,
            OneProducer: IsSet(attribute, "Producers", EndpointsOne),
            OneConsumer: oneConsumer,
            Displaces: !acknowledges && !IsSet(attribute, "Overflow", OverflowWait),
            Broadcasts: broadcasts,
            Acknowledges: acknowledges);
    }

    /// <summary>Whether a queue can have so many slots.</summary>
    public static bool IsCapacity(int slots) => slots is >= MinCapacity and <= MaxCapacity && (slots & (slots - 1)) == 0;

    /// <summary>The name of the emitted type, valid or not.</summary>
    public static string QueueNameOf(INamedTypeSymbol message, AttributeData attribute) =>
        attribute.NamedArgument("QueueName") as string ?? message.Name + "Queue";

    /// <summary>The name of the emitted subscription of a broadcast queue.</summary>
    public static string SubscriptionNameOf(INamedTypeSymbol message) => message.Name + "Subscription";

    /// <summary>The name of the emitted lease of a message.</summary>
    public static string LeaseNameOf(INamedTypeSymbol message) => message.Name + "Lease";

    /// <summary>The name of the emitted member of a broadcast queue's group.</summary>
    public static string GroupNameOf(INamedTypeSymbol message) => message.Name + "Group";

    /// <summary>The argument in the source, or the whole attribute.</summary>
    public static Location? PlaceOf(AttributeData attribute, string argument, CancellationToken cancellationToken)
    {
        if (attribute.ApplicationSyntaxReference?.GetSyntax(cancellationToken) is not AttributeSyntax syntax)
            return null;

        var named = syntax.ArgumentList?.Arguments.FirstOrDefault(
            candidate => string.Equals(candidate.NameEquals?.Name.Identifier.ValueText, argument, StringComparison.Ordinal));
        return (named ?? (SyntaxNode)syntax).GetLocation();
    }

    private static IFieldSymbol[] ValuesOf(INamedTypeSymbol type) =>
        [.. type.GetMembers().OfType<IFieldSymbol>().Where(static member => member.HasConstantValue)];

    private static bool IsSet(AttributeData attribute, string name, int value) =>
        attribute.NamedArgument(name) is int given && given == value;

    private static string Suggestion(int capacity) => capacity is < MinCapacity or > MaxCapacity
        ? ""
        : FormattableString.Invariant($", such as {NextCapacity(capacity) >> 1} or {NextCapacity(capacity)}");

    /// <summary>The least valid capacity that is not below the wanted one, or the greatest of all.</summary>
    private static int NextCapacity(int wanted)
    {
        var next = MinCapacity;
        while (next < wanted && next < MaxCapacity)
            next <<= 1;
        return next;
    }
}

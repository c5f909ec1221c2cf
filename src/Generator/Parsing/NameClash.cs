using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace TypedShmQueue.Generator.Parsing;

/// <summary>Finds what already bears the name of the queue that is to be emitted.</summary>
internal static class NameClash
{
    /// <summary>The emitted type's own members: a type cannot contain a member of its own name.</summary>
    public static readonly ISet<string> EmittedMembers = new HashSet<string>(StringComparer.Ordinal)
    {
        "MessageSize", "SlotSize", "DefaultCapacity", "SchemaId", "Schema", "Create", "Open", "OpenOrCreate", "TryOpen", "Exists", "Delete",
        "Subscribe", "JoinGroup", "Slot", "MemoryPackFormat",

        // What is private counts too, and so does the method that a property is compiled to.
        "s_contract", "get_Schema",
    };

    /// <summary>
    /// The messages of a namespace or type, by the names of their queues: looked up once for all of them, or a project would be read once
    /// for each message.
    /// </summary>
    /// <remarks>Names under a weak key: no symbol is kept alive.</remarks>
    private static readonly ConditionalWeakTable<INamespaceOrTypeSymbol, ILookup<string, string>> s_messages = new();

    /// <summary>What is in the way of that name, in words; null if it is free.</summary>
    public static string? Find(INamedTypeSymbol message, string queueName, CancellationToken cancellationToken)
    {
        if (EmittedMembers.Contains(queueName))
            return "a member of the queue has that name";
        if (string.Equals(message.ContainingType?.Name, queueName, StringComparison.Ordinal))
            return "the containing type has that name";

        INamespaceOrTypeSymbol scope = message.ContainingType ?? (INamespaceOrTypeSymbol)message.ContainingNamespace;
        foreach (var taken in scope.GetMembers(queueName))
        {
            if (!IsPart(taken, TypeKind.Class, cancellationToken))
                return $"'{taken.ToDisplayString()}' has that name";
        }

        cancellationToken.ThrowIfCancellationRequested();
        var other = s_messages.GetValue(scope, MessagesByQueue)[queueName]
            .FirstOrDefault(other => !string.Equals(other, message.MetadataName, StringComparison.Ordinal));
        return other is null ? null : $"the queue of '{other}' has that name";
    }

    /// <summary>What is in the way of the name of the message's subscription, in words; null if it is free.</summary>
    public static string? FindForSubscription(INamedTypeSymbol message, string queueName, CancellationToken cancellationToken)
    {
        var name = QueueSettings.SubscriptionNameOf(message);
        return string.Equals(name, queueName, StringComparison.Ordinal) ? "its queue has that name"
            : Find(message, name, cancellationToken);
    }

    /// <summary>What is in the way of the name of an emitted lease or group member, in words; null if it is free.</summary>
    public static string? FindForPart(INamedTypeSymbol message, string name, string queueName, TypeKind kind,
        CancellationToken cancellationToken)
    {
        if (string.Equals(name, queueName, StringComparison.Ordinal)) return "its queue has that name";
        INamespaceOrTypeSymbol scope = message.ContainingType ?? (INamespaceOrTypeSymbol)message.ContainingNamespace;
        if (string.Equals(message.ContainingType?.Name, name, StringComparison.Ordinal)) return "the containing type has that name";
        if (scope.GetMembers(name).FirstOrDefault(taken => !IsPart(taken, kind, cancellationToken)) is { } other)
            return $"'{other.ToDisplayString()}' has that name";
        return s_messages.GetValue(scope, MessagesByQueue)[name].FirstOrDefault() is { } queue
            ? $"the queue of '{queue}' has that name"
            : null;
    }

    private static ILookup<string, string> MessagesByQueue(INamespaceOrTypeSymbol scope) => scope.GetTypeMembers()
        .Select(static type => (Type: type, Attribute: type.FindAttribute(AttributeNames.ShmQueue)))
        .Where(static pair => pair.Attribute is not null)
        .ToLookup(static pair => QueueSettings.QueueNameOf(pair.Type, pair.Attribute!), static pair => pair.Type.MetadataName,
            StringComparer.Ordinal);

    /// <summary>A partial type of the emitted kind may add members; a generic type of the same name is another type.</summary>
    private static bool IsPart(ISymbol taken, TypeKind kind, CancellationToken cancellationToken) => taken is INamedTypeSymbol type
        && (type.Arity > 0
            || (type is { IsRecord: false, IsStatic: false, IsAbstract: false } && type.TypeKind == kind
                && type.DeclaringSyntaxReferences.All(reference =>
                    reference.GetSyntax(cancellationToken) is TypeDeclarationSyntax declaration
                    && declaration.Modifiers.Any(SyntaxKind.PartialKeyword))));
}

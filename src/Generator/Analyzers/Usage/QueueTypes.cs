using Microsoft.CodeAnalysis;
using TypedShmQueue.Generator.Parsing;

namespace TypedShmQueue.Generator.Analyzers.Usage;

/// <summary>The types by which a queue is recognised, looked up once for each compilation.</summary>
internal sealed class QueueTypes
{
    private const string GeneratedCode = "System.CodeDom.Compiler.GeneratedCodeAttribute";

    private readonly INamedTypeSymbol _producer;
    private readonly INamedTypeSymbol _consumer;
    private readonly INamedTypeSymbol _slotWriter;
    private readonly INamedTypeSymbol _slotReader;

    private QueueTypes(INamedTypeSymbol producer, INamedTypeSymbol consumer, INamedTypeSymbol slotWriter, INamedTypeSymbol slotReader) =>
        (_producer, _consumer, _slotWriter, _slotReader) = (producer, consumer, slotWriter, slotReader);

    /// <summary>Null if the compilation does not reference the runtime.</summary>
    public static QueueTypes? Find(Compilation compilation) =>
        compilation.GetTypeByMetadataName("TypedShmQueue.IShmProducer`1") is { } producer
        && compilation.GetTypeByMetadataName("TypedShmQueue.IShmConsumer`1") is { } consumer
        && compilation.GetTypeByMetadataName("TypedShmQueue.SlotWriter`1") is { } slotWriter
        && compilation.GetTypeByMetadataName("TypedShmQueue.SlotReader`1") is { } slotReader
            ? new QueueTypes(producer, consumer, slotWriter, slotReader)
            : null;

    /// <summary>A queue, or one side of it: whatever sends or takes messages.</summary>
    public bool IsQueue(ITypeSymbol? type) => type is not null && MessageOf(type) is not null;

    /// <summary>A type that this generator emitted.</summary>
    public bool IsEmitted(ITypeSymbol? type) => IsQueue(type) && MarkOf(type!) is not null;

    /// <summary>The file that this generator emitted for a type; null if it emitted none.</summary>
    public static SyntaxTree? EmittedPartOf(ITypeSymbol type) => MarkOf(type)?.ApplicationSyntaxReference?.SyntaxTree;

    /// <summary>A member of an emitted type or of a queue's interface, and not of a user's own part or extension.</summary>
    public bool IsEmittedMember(ISymbol member)
    {
        if (member.ContainingType is not { } type)
            return false;
        if (type.SpecialType == SpecialType.System_Object
            || SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, _producer.ContainingAssembly))
            return true;
        if (!IsEmitted(type))
            return type.SpecialType == SpecialType.System_IDisposable;

        // A queue of another project has its members from metadata, where only their names are left.
        return EmittedPartOf(type) is { } emitted
            ? member.DeclaringSyntaxReferences.Any(part => part.SyntaxTree == emitted)
            : NameClash.EmittedMembers.Contains(member.Name);
    }

    public bool IsSlotReader(ITypeSymbol? type) => SymbolEqualityComparer.Default.Equals(type?.OriginalDefinition, _slotReader);

    public bool IsSlotWriter(ITypeSymbol? type) => SymbolEqualityComparer.Default.Equals(type?.OriginalDefinition, _slotWriter);

    /// <summary>The attribute of the message of a queue; null if the type is no queue, or nobody knows its message.</summary>
    public AttributeData? DeclarationOf(ITypeSymbol? queue) =>
        queue is not null && MessageOf(queue) is { } message ? message.FindAttribute(AttributeNames.ShmQueue) : null;

    /// <summary>The message that a queue carries; null if the type is no queue.</summary>
    public ITypeSymbol? MessageOf(ITypeSymbol type)
    {
        if (MessageOfSide(type) is { } message)
            return message;

        foreach (var contract in type.AllInterfaces)
        {
            if (MessageOfSide(contract) is { } found)
                return found;
        }

        return null;
    }

    private static AttributeData? MarkOf(ITypeSymbol type) =>
        type.FindAttribute(GeneratedCode) is { } mark && mark.FirstArgument() is "TypedShmQueue.Generator" ? mark : null;

    private ITypeSymbol? MessageOfSide(ITypeSymbol type) =>
        type is INamedTypeSymbol { TypeArguments: { Length: 1 } arguments }
        && (SymbolEqualityComparer.Default.Equals(type.OriginalDefinition, _producer)
            || SymbolEqualityComparer.Default.Equals(type.OriginalDefinition, _consumer))
            ? arguments[0]
            : null;
}

using Microsoft.CodeAnalysis;

namespace TypedShmQueue.Generator.Parsing;

/// <summary>
/// The structs of a project that lie in some message's bytes: the messages themselves, and the types of their fields, however deep.
/// </summary>
internal sealed class MessageParts
{
    private readonly HashSet<ITypeSymbol> _parts = new(SymbolEqualityComparer.Default);

    public MessageParts(Compilation compilation, CancellationToken cancellationToken)
    {
        foreach (var type in TypesIn(compilation.Assembly.GlobalNamespace))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (type.TypeKind == TypeKind.Struct && type.FindAttribute(AttributeNames.ShmQueue) is not null)
                Add(type);
        }
    }

    public bool Contains(INamedTypeSymbol type) => _parts.Contains(type.OriginalDefinition);

    private void Add(ITypeSymbol type)
    {
        if (type is not INamedTypeSymbol { TypeKind: TypeKind.Struct } part)
            return;

        // What a generic struct holds by its parameters is among the arguments; so each definition is looked into once.
        foreach (var argument in part.TypeArguments)
            Add(argument);
        if (part.DeclaringSyntaxReferences.IsEmpty || !_parts.Add(part.OriginalDefinition))
            return;

        foreach (var field in part.GetMembers().OfType<IFieldSymbol>().Where(static field => !field.IsStatic))
            Add(field.Type);
    }

    /// <summary>Every type in a namespace or type, however deep.</summary>
    public static IEnumerable<INamedTypeSymbol> TypesIn(INamespaceOrTypeSymbol scope) => scope.GetMembers().OfType<INamespaceOrTypeSymbol>()
        .SelectMany(static inner => inner is INamedTypeSymbol type ? TypesIn(inner).Prepend(type) : TypesIn(inner));
}

using Microsoft.CodeAnalysis;
using TypedShmQueue.Generator.Diagnostics;
using TypedShmQueue.Generator.Layout;
using TypedShmQueue.Generator.Model;

namespace TypedShmQueue.Generator.Parsing;

/// <summary>Reads how a message is serialized, and what its slot looks like then.</summary>
/// <remarks>
/// <c>Serializer</c> stands above <c>[MemoryPackable]</c>: it is said of this queue, the other of the type. An unmanaged struct is copied
/// even if it
/// is marked for MemoryPack, unless <c>MaxMessageBytes</c> says that it is to be serialized.
/// </remarks>
internal sealed class SerializedMessage
{
    /// <summary>Before the bytes stands their count, as an int.</summary>
    private const int LengthSize = 4;

    private const int MaxBytes = (int)(MessageParser.MaxMessageBytes - LengthSize);
    private const string MemoryPack = "memorypack";
    private const string Interface = "TypedShmQueue.IShmSerializer`1";

    /// <summary>A type's name without its namespace, as the schema has the message's.</summary>
    private static readonly SymbolDisplayFormat s_shortName = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypes,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes);

    private readonly INamedTypeSymbol _message;
    private readonly AttributeData _attribute;
    private readonly ITypeSymbol? _serializer;
    private readonly int _maxMessageBytes;

    private SerializedMessage(INamedTypeSymbol message, AttributeData attribute, ITypeSymbol? serializer, int maxMessageBytes)
    {
        _message = message;
        _attribute = attribute;
        _serializer = serializer;
        _maxMessageBytes = maxMessageBytes;
    }

    /// <summary>Null if the message is copied as it stands, or cannot be sent at all.</summary>
    public static SerializedMessage? Find(INamedTypeSymbol message, AttributeData attribute, ProblemSink problems,
        CancellationToken cancellationToken)
    {
        var maxMessageBytes = attribute.NamedArgument("MaxMessageBytes") as int? ?? 0;
        var serializer = attribute.NamedArgument("Serializer") as ITypeSymbol;
        if (serializer is null && (message.FindAttribute(AttributeNames.MemoryPackable) is null
            || (message.IsUnmanagedType && maxMessageBytes == 0)))
        {
            if (maxMessageBytes != 0 && message.IsUnmanagedType)
                problems.Add(Rules.NeedlessMaxMessageBytes, QueueSettings.PlaceOf(attribute, "MaxMessageBytes", cancellationToken),
                    message.Name);
            return null;
        }

        return new SerializedMessage(message, attribute, serializer, maxMessageBytes);
    }

    /// <summary>The serializer; null if it does not fit, which has been reported or is a compiler error.</summary>
    public SerializerModel? ReadSerializer(
        Compilation compilation, ExternAliases aliases, ProblemSink problems, CancellationToken cancellationToken)
    {
        if (_serializer is null)
            return new SerializerModel(Type: null,
                aliases.Of(_message.FindAttribute(AttributeNames.MemoryPackable)?.AttributeClass?.ContainingAssembly), default);
        if (_serializer.TypeKind == TypeKind.Error)
            return null;
        if (WhyUnfit(_serializer, compilation) is not { } reason)
            return new SerializerModel(aliases.FullName(_serializer), MemoryPackAlias: null, Marks.IdsOf(_serializer));

        problems.Add(Rules.UnfitSerializer, QueueSettings.PlaceOf(_attribute, "Serializer", cancellationToken),
            _message.Name, _serializer.ToDisplayString(), reason);
        return null;
    }

    /// <summary>The slot: a length and bytes; null if their number is missing or out of range.</summary>
    public MessageLayout? ReadLayout(ProblemSink problems, CancellationToken cancellationToken)
    {
        if (_maxMessageBytes == 0)
        {
            problems.Add(Rules.NoMaxMessageBytes, QueueSettings.PlaceOf(_attribute, "MaxMessageBytes", cancellationToken), _message.Name);
            return null;
        }

        if (_maxMessageBytes is < 1 or > MaxBytes)
        {
            problems.Add(Rules.InvalidMaxMessageBytes, QueueSettings.PlaceOf(_attribute, "MaxMessageBytes", cancellationToken),
                _message.Name, _maxMessageBytes, MaxBytes);
            return null;
        }

        var name = _serializer is null ? MemoryPack : _serializer.ToDisplayString(s_shortName).Replace(" ", "");
        var size = LengthSize + _maxMessageBytes;
        SchemaField[] fields = [new(0, LengthSize, "i32", "Length"), new(LengthSize, _maxMessageBytes, "serialized:" + name, "Bytes")];
        return SchemaText.TryWrite(_message.Name, size, fields) is { } schema ? new MessageLayout(size, schema, SchemaText.Hash(schema))
            : null;
    }

    private string? WhyUnfit(ITypeSymbol type, Compilation compilation)
    {
        if (type is not INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct } serializer)
            return "it is neither a class nor a struct; name one that implements the interface";
        if (serializer.IsUnboundGenericType)
            return "its type arguments are missing; add them";
        if (serializer.IsRefLikeType)
            return "it is a ref struct; remove 'ref'";
        if (!serializer.AllInterfaces.Any(IsForTheMessage))
            return $"it does not implement IShmSerializer<{_message.Name}>; implement it";
        if (IsFileLocal(serializer))
            return "it is local to its file, and the queue is emitted to another; make it internal";

        // The queue stands beside the message, not in it.
        return compilation.IsSymbolAccessibleWithin(serializer, (ISymbol?)_message.ContainingType ?? _message.ContainingAssembly)
            ? null
            : "the queue, which is emitted beside the message, cannot access it; make it internal";
    }

    /// <summary>Whether the type, one that it is nested in, or one of its type arguments is.</summary>
    private static bool IsFileLocal(INamedTypeSymbol? type) =>
        type is not null && (type.IsFileLocal || IsFileLocal(type.ContainingType)
            || type.TypeArguments.Any(static argument => IsFileLocal(argument as INamedTypeSymbol)));

    private bool IsForTheMessage(INamedTypeSymbol candidate) =>
        candidate.TypeArguments.Length == 1
        && SymbolEqualityComparer.Default.Equals(candidate.TypeArguments[0], _message)
        && string.Equals(candidate.OriginalDefinition.FullMetadataName(), Interface, StringComparison.Ordinal);
}

using System.Globalization;
using TypedShmQueue.Layout;

namespace TypedShmQueue;

/// <summary>One field of a message, or one array of them: where its bytes are and how they are to be read. Immutable.</summary>
/// <remarks>
/// Whatever text it came from, its bytes lie inside the message: <c>Offset + Size</c> is at most <see cref="ShmSchema.Size"/>.
/// </remarks>
public sealed class ShmSchemaField
{
    private readonly SchemaType _type;

    internal ShmSchemaField(string path, int offset, int size, SchemaType type, ShmSchemaField? container)
    {
        Path = path;
        Offset = offset;
        Size = size;
        _type = type;
        Container = container;
    }

    /// <summary>
    /// The dotted way to it, such as <c>Header.Seq</c> or <c>Levels[2].Price</c>; <c>Levels[].Price</c> stands for every element.
    /// </summary>
    public string Path { get; }

    /// <summary>Bytes from the start of the message; of the first element where the path says <c>[]</c>.</summary>
    public int Offset { get; }

    /// <summary>Bytes it takes, all elements together.</summary>
    public int Size { get; }

    /// <summary>
    /// The type of one element in the words of the grammar, such as <c>i64</c>, <c>guid</c> or <c>text16</c>; of an enum, its number's.
    /// <c>struct</c>: an array of structs, whose fields follow; <c>serialized</c>: bytes that <see cref="Serializer"/> wrote.
    /// </summary>
    /// <remarks>A newer library may know types that this one does not: their names come through as they are.</remarks>
    public string Type => _type.Name;

    /// <summary>Whether it is an array.</summary>
    public bool IsArray => _type.IsArray;

    /// <summary>Elements of the array; 1 for what is none.</summary>
    public int ElementCount => _type.ElementCount;

    /// <summary>Bytes from one element to the next.</summary>
    public int ElementSize => Size / ElementCount;

    /// <summary>The names of an enum; null for what is none.</summary>
    public IReadOnlyList<ShmSchemaEnumMember>? EnumMembers => _type.EnumMembers;

    /// <summary>What wrote the bytes of a serialized message: <c>memorypack</c>, or the name of the serializer's type; else null.</summary>
    public string? Serializer => _type.Serializer;

    /// <summary>The array of structs that it is a field of, where the path says <c>[]</c>; else null.</summary>
    public ShmSchemaField? Container { get; }

    /// <summary>Its line in the schema, without the line end.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Offset} {Size} {_type} {Path}");

    /// <summary>The same field in another place.</summary>
    internal ShmSchemaField At(string path, int offset) => new(path, offset, Size, _type, container: null);
}

/// <summary>One name of an enum.</summary>
/// <param name="Name">The name as declared.</param>
/// <param name="Value">Its number, which fits the enum's base type, whichever of the eight that is.</param>
public readonly record struct ShmSchemaEnumMember(string Name, Int128 Value);

using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using TypedShmQueue.Layout;

namespace TypedShmQueue;

/// <summary>
/// The layout of a message, read from its schema text: enough to print a message without the assembly that declares it. Immutable.
/// </summary>
/// <remarks>
/// docs/schema.md is the grammar. The text may come from a file that anybody wrote: what is not of the grammar, or does not fit the
/// message, is refused. Parsing takes time and memory in proportion to the text, which is at most <see cref="MaxBytes"/> long.
/// </remarks>
public sealed class ShmSchema
{
    /// <summary>The most bytes of a schema text.</summary>
    public const int MaxBytes = 1 << 20;

    private readonly ILookup<ShmSchemaField?, ShmSchemaField> _inContainer;

    internal ShmSchema(string name, int size, IReadOnlyList<ShmSchemaField> fields)
    {
        Name = name;
        Size = size;
        Fields = fields;
        _inContainer = fields.ToLookup(static field => field.Container);
    }

    /// <summary>The message's simple name.</summary>
    public string Name { get; }

    /// <summary>Bytes of one message, padding included.</summary>
    public int Size { get; }

    /// <summary>The fields in the order of the text, which is that of their offsets.</summary>
    public IReadOnlyList<ShmSchemaField> Fields { get; }

    /// <summary>
    /// What wrote the bytes of a serialized message (see <see cref="ShmSchemaField.Serializer"/>); null if the fields can be read here.
    /// </summary>
    public string? Serializer => Fields.FirstOrDefault(static candidate => candidate.Serializer != null)?.Serializer;

    /// <summary>
    /// Every field with its final path and offset: arrays of structs are gone through element by element. Arrays of anything else stay
    /// one field. Lazy, since a long array gives many: up to the message's size times the lines of the text.
    /// </summary>
    public IEnumerable<ShmSchemaField> Leaves => Expand(container: null, "", 0, "");

    /// <summary>Reads a schema text.</summary>
    /// <param name="utf8">The whole text, UTF-8, at most <see cref="MaxBytes"/> long.</param>
    /// <exception cref="ShmSchemaFormatException">It is not a schema; the message says the line and what was expected.</exception>
    public static ShmSchema Parse(ReadOnlySpan<byte> utf8) => SchemaParser.Parse(utf8);

    /// <summary>Reads a schema text.</summary>
    /// <param name="utf8">The whole text, UTF-8.</param>
    /// <param name="schema">The schema, or null if the text is none.</param>
    /// <returns>Whether the text is a schema.</returns>
    public static bool TryParse(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out ShmSchema? schema)
    {
        try
        {
            schema = SchemaParser.Parse(utf8);
            return true;
        }
        catch (ShmSchemaFormatException)
        {
            schema = null;
            return false;
        }
    }

    /// <summary>The schema text: what was parsed, character for character.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{SchemaParser.Version} {Name} {Size}\n");
        foreach (ShmSchemaField field in Fields) text.Append(field).Append('\n');
        return text.ToString();
    }

    /// <param name="container">Whose fields.</param>
    /// <param name="general">How their paths begin in the text.</param>
    /// <param name="shift">What is to be added to their offsets.</param>
    /// <param name="actual">How their paths begin in this element.</param>
    private IEnumerable<ShmSchemaField> Expand(ShmSchemaField? container, string general, int shift, string actual)
    {
        foreach (ShmSchemaField field in _inContainer[container])
        {
            string path = string.Concat(actual, field.Path.AsSpan(general.Length));
            if (!string.Equals(field.Type, SchemaType.Struct, StringComparison.Ordinal))
            {
                yield return field.At(path, field.Offset + shift);
                continue;
            }

            for (int i = 0; i < field.ElementCount; i++)
            {
                string element = string.Create(CultureInfo.InvariantCulture, $"{path}[{i}]");
                foreach (ShmSchemaField leaf in Expand(field, field.Path + "[]", shift + (i * field.ElementSize), element))
                    yield return leaf;
            }
        }
    }
}

/// <summary>A text is no schema: the message says in which line, what stands there and what was expected.</summary>
[SuppressMessage("Design", "CA1032:Implement standard exception constructors",
    Justification = "Only the parser creates these, always with a line.")]
[SuppressMessage("Design", "MA0069:Implement standard exception constructors", Justification = "As CA1032.")]
public sealed class ShmSchemaFormatException : FormatException
{
    internal ShmSchemaFormatException(int line, string trouble) : base($"Line {line} of the schema is wrong: {trouble}.") => Line = line;

    /// <summary>The line that could not be read; the first is 1.</summary>
    public int Line { get; }
}

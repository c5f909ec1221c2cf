using System.Text.Json;
using TypedShmQueue.Inspection;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Messages;

/// <summary>Reads messages out of bytes and writes them, by the queue's schema alone.</summary>
internal sealed class MessageFormat
{
    /// <summary>Bytes that are shown as they are: of a message that has no other form.</summary>
    public const string Base64 = "$base64";

    /// <summary>Says how many elements of an array were left out. No message has it, so what was shortened is never sent.</summary>
    private const string More = "$more";

    /// <summary>More columns than this are more than anybody reads, and than this process should hold.</summary>
    private const int MostColumns = 1 << 20;

    private static readonly JsonWriterOptions s_asItIs =
        new() { Encoder = HarmlessEncoder.Instance, SkipValidation = true, MaxDepth = int.MaxValue };

    private readonly GroupNode _root;
    private readonly ShmSchema _schema;
    private readonly SerializedFormat? _serialized;

    private MessageFormat(ShmSchema schema)
    {
        _schema = schema;
        _root = FieldTree.Of(schema);
        _serialized = SerializedFormat.Of(schema);
    }

    /// <summary>The fields as they lie in each other.</summary>
    public GroupNode Root => _root;

    public int MessageSize => _schema.Size;

    /// <summary>The bytes that a serializer wrote; null if the fields can be read by themselves.</summary>
    public ShmSchemaField? SerializedField => _schema.Fields.FirstOrDefault(static f => f.Serializer != null);

    /// <summary>Whether a message may have the very form of a line of <c>dump</c>.</summary>
    public bool MayLookDumped => _serialized != null || _root.Members.Any(static m => m.Name is DumpedLine.Position or DumpedLine.Message);

    /// <summary>The format of a queue's messages.</summary>
    public static MessageFormat Of(SegmentReader queue)
    {
        ShmSchema schema = SchemaOf(queue);
        if (schema.Size != queue.Geometry.MessageSize)
            throw new ShmqException(ExitCode.Unusable,
                $"The schema of the queue '{queue.Place.Name}' describes messages of {schema.Size} bytes, but its slots hold "
                + $"{queue.Geometry.MessageSize}: the file is corrupt. Delete the queue and create it again.");
        return new MessageFormat(schema);
    }

    /// <summary>The format of messages whose schema is known.</summary>
    public static MessageFormat Of(ShmSchema schema) => new(schema);

    /// <summary>The schema of a queue.</summary>
    public static ShmSchema SchemaOf(SegmentReader queue)
    {
        try
        {
            return ShmSchema.Parse(queue.SchemaText);
        }
        catch (ShmSchemaFormatException e)
        {
            throw new ShmqException(ExitCode.Unusable,
                $"The schema of the queue '{queue.Place.Name}' cannot be read, so neither can its messages. {e.Message}");
        }
    }

    /// <summary>A writer of one message's JSON, however deep.</summary>
    public static Utf8JsonWriter WriterTo(LineBuffer buffer) => new(buffer, s_asItIs);

    /// <summary>Writes how many elements of an array are left out.</summary>
    public static void WriteMore(Utf8JsonWriter writer, int count)
    {
        writer.WriteStartObject();
        writer.WriteNumber(More, count);
        writer.WriteEndObject();
    }

    /// <summary>The schema's leaves as columns: their paths. A serialized message is one column.</summary>
    /// <param name="most">The most elements of an array of structs.</param>
    public IReadOnlyList<string> Columns(int most) =>
        _serialized != null ? [_schema.Name] : [.. Leaves(most).Select(static leaf => leaf.Path)];

    /// <summary>Writes a message as JSON.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="message">Its bytes.</param>
    /// <param name="most">The most elements of an array; how many are left out is said behind them.</param>
    public void Read(Utf8JsonWriter writer, ReadOnlySpan<byte> message, int most = int.MaxValue)
    {
        if (_serialized != null) _serialized.Read(writer, message);
        else Read(writer, _root, message, 0, most);
    }

    /// <summary>A message as the cells of its columns.</summary>
    public IEnumerable<(string Text, bool IsNumber)> ReadColumns(byte[] message, int most)
    {
        if (_serialized != null) return [(_serialized.TextOf(message), false)];
        return Leaves(most).Select(leaf => (leaf.Field.TextOf(message, leaf.Shift) ?? JsonOf(leaf, message, most), leaf.Field.IsNumber));
    }

    /// <summary>The path of a field whose bytes no writer of its type would have written; null if all is well.</summary>
    public string? FirstWrongField(ReadOnlySpan<byte> message)
    {
        if (_serialized != null) return _serialized.IsWhole(message) ? null : "its length";
        foreach (LeafAt leaf in FieldTree.LeavesOf(_root))
        {
            if (!leaf.Field.IsWhole(message, leaf.Shift)) return leaf.Path;
        }

        return null;
    }

    /// <summary>Makes a message. Fields that are not given are zero.</summary>
    /// <exception cref="ShmqException">What was given is no such message; the exception says where.</exception>
    public void Write(JsonElement json, Span<byte> message)
    {
        message.Clear();
        if (_serialized != null) _serialized.Write(json, message);
        else if (IsBytes(json, out JsonElement encoded) && !_root.Members.Any(static m => m.Name is Base64)) WriteBytes(encoded, message);
        else Write(_root, json, message, 0);
    }

    /// <summary>Whether it is <c>{"$base64": …}</c> and nothing more.</summary>
    public static bool IsBytes(JsonElement json, out JsonElement encoded)
    {
        encoded = default;
        return json.ValueKind == JsonValueKind.Object && json.TryGetProperty(Base64, out encoded) && json.GetPropertyCount() == 1;
    }

    private void WriteBytes(JsonElement encoded, Span<byte> message)
    {
        if (encoded.ValueKind != JsonValueKind.String || !encoded.TryGetBytesFromBase64(out byte[]? bytes))
            throw new ShmqException(ExitCode.WrongInput, $"The value of {Base64} is not valid base64.");
        if (bytes.Length != message.Length)
            throw new ShmqException(ExitCode.WrongInput,
                $"{Base64} holds {bytes.Length} bytes, but a '{_schema.Name}' has {message.Length}.");
        bytes.CopyTo(message);
    }

    private IEnumerable<LeafAt> Leaves(int most)
    {
        int count = 0;
        foreach (LeafAt leaf in FieldTree.LeavesOf(_root, most: most))
        {
            if (count++ == MostColumns)
                throw new ShmqException(ExitCode.Unusable,
                    $"A message of the type '{_schema.Name}' has more than {Numbers.Of(MostColumns)} fields, which is too many for "
                    + $"columns. Use 'shmq dump' without --csv for JSON, or --elements to shorten arrays.");
            yield return leaf;
        }
    }

    private static string JsonOf(LeafAt leaf, byte[] message, int most)
    {
        LineBuffer buffer = new();
        using (Utf8JsonWriter writer = WriterTo(buffer)) leaf.Field.Read(writer, message, leaf.Shift, most);
        return buffer.ToString();
    }

    private static void Read(Utf8JsonWriter writer, FieldNode node, ReadOnlySpan<byte> message, int shift, int most)
    {
        switch (node)
        {
            case LeafNode leaf:
                leaf.Field.Read(writer, message, shift, most);
                break;
            case ArrayNode { Array: { } array, Element: { } element }:
                writer.WriteStartArray();
                for (int i = 0; i < Math.Min(array.ElementCount, most); i++)
                    Read(writer, element, message, shift + (i * array.ElementSize), most);
                if (array.ElementCount > most) WriteMore(writer, array.ElementCount - most);
                writer.WriteEndArray();
                break;
            case GroupNode { IsArray: true, Members: { } elements }:
                writer.WriteStartArray();
                foreach (FieldNode element in elements.Take(most)) Read(writer, element, message, shift, most);
                if (elements.Count > most) WriteMore(writer, elements.Count - most);
                writer.WriteEndArray();
                break;
            case GroupNode { Members: { } members }:
                writer.WriteStartObject();
                foreach (FieldNode member in members)
                {
                    writer.WritePropertyName(member.Name);
                    Read(writer, member, message, shift, most);
                }

                writer.WriteEndObject();
                break;
        }
    }

    private static void Write(FieldNode node, JsonElement json, Span<byte> message, int shift)
    {
        switch (node)
        {
            case LeafNode leaf:
                leaf.Field.Write(json, message, shift);
                break;
            case ArrayNode { Array: { } array } repeated:
                ThrowUnlessArray(node.Name, json, array.ElementCount);
                int i = 0;
                foreach (JsonElement element in json.EnumerateArray())
                    Write(repeated.Element, element, message, shift + (i++ * array.ElementSize));
                break;
            case GroupNode { IsArray: true, Members: { } elements }:
                ThrowUnlessArray(node.Name, json, elements.Count);
                foreach ((JsonElement element, FieldNode member) in json.EnumerateArray().Zip(elements))
                    Write(member, element, message, shift);
                break;
            case GroupNode { Members: { } members }:
                if (json.ValueKind != JsonValueKind.Object)
                    throw new ShmqException(ExitCode.WrongInput,
                        $"'{node.Name}' must be a JSON object, but this was given: {Quote(json)}.");
                foreach (JsonProperty property in json.EnumerateObject())
                {
                    FieldNode member = members.FirstOrDefault(m => string.Equals(m.Name, property.Name, StringComparison.Ordinal))
                        ?? throw new ShmqException(ExitCode.WrongInput,
                            $"'{node.Name}' has no field '{property.Name}'. Its fields are: "
                            + $"{(members.Count == 0 ? "none" : string.Join(", ", members.Take(40).Select(static m => m.Name)))}.");
                    Write(member, property.Value, message, shift);
                }

                break;
        }
    }

    private static void ThrowUnlessArray(string name, JsonElement json, int count)
    {
        if (json.ValueKind != JsonValueKind.Array)
            throw new ShmqException(ExitCode.WrongInput, $"'{name}' must be a JSON array, but this was given: {Quote(json)}.");
        if (json.GetArrayLength() > count)
            throw new ShmqException(ExitCode.WrongInput, $"'{name}' has {count} elements, but {json.GetArrayLength()} were given.");
    }

    private static string Quote(JsonElement json)
    {
        const int Most = 80;
        string text = json.GetRawText();
        return text.Length <= Most ? text : string.Concat(text.AsSpan(0, Most), "…");
    }
}

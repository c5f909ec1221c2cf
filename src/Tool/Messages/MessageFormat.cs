using System.Text.Json;
using System.Text.Json.Nodes;
using TypedShmQueue.Inspection;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Messages;

/// <summary>Reads messages out of bytes and writes them, by the queue's schema alone.</summary>
internal sealed class MessageFormat
{
    private readonly GroupNode _root;
    private readonly ShmSchema _schema;
    private readonly SerializedFormat? _serialized;

    private MessageFormat(ShmSchema schema)
    {
        _schema = schema;
        _root = FieldTree.Of(schema);
        _serialized = SerializedFormat.Of(schema);
    }

    /// <summary>The schema's leaves as columns: their paths. A serialized message is one column.</summary>
    public IReadOnlyList<string> Columns => _serialized != null ? [_schema.Name] : [.. Leaves.Select(static leaf => leaf.Field.Schema.Path)];

    /// <summary>The fields as they lie in each other.</summary>
    public GroupNode Root => _root;

    public IEnumerable<LeafNode> Leaves => LeavesOf(_root);

    public int MessageSize => _schema.Size;

    /// <summary>The bytes that a serializer wrote; null if the fields can be read by themselves.</summary>
    public ShmSchemaField? SerializedField => _schema.Fields.FirstOrDefault(static f => f.Serializer != null);

    /// <summary>The format of a queue's messages.</summary>
    public static MessageFormat Of(SegmentReader queue)
    {
        ShmSchema schema = SchemaOf(queue);
        if (schema.Size != queue.Geometry.MessageSize)
            throw new ShmqException(ExitCode.Unusable, $"The schema of the queue '{queue.Place.Name}' speaks of messages of {schema.Size} bytes, and its slots hold {queue.Geometry.MessageSize}: its file is spoilt. Delete it and create it anew.");
        return new MessageFormat(schema);
    }

    /// <summary>The schema of a queue.</summary>
    public static ShmSchema SchemaOf(SegmentReader queue)
    {
        try
        {
            return ShmSchema.Parse(queue.SchemaText);
        }
        catch (ShmSchemaFormatException e)
        {
            throw new ShmqException(ExitCode.Unusable, $"The schema of the queue '{queue.Place.Name}' cannot be read, so neither can its messages. {e.Message}");
        }
    }

    /// <summary>A message as JSON.</summary>
    public JsonNode Read(ReadOnlySpan<byte> message) => _serialized != null ? _serialized.Read(message) : Read(_root, message);

    /// <summary>A message as the texts of its columns.</summary>
    public IReadOnlyList<string> ReadColumns(ReadOnlySpan<byte> message)
    {
        if (_serialized != null) return [TextOf(_serialized.Read(message))];
        List<string> values = [];
        foreach (LeafNode leaf in Leaves) values.Add(TextOf(leaf.Field.Read(message)));
        return values;
    }

    /// <summary>The path of a field whose bytes no writer of its type would have written; null if all is well.</summary>
    public string? FirstWrongField(ReadOnlySpan<byte> message)
    {
        if (_serialized != null) return _serialized.IsWhole(message) ? null : "its length";
        foreach (LeafNode leaf in Leaves)
        {
            if (!leaf.Field.IsWhole(message)) return leaf.Field.Schema.Path;
        }

        return null;
    }

    /// <summary>Makes a message. Fields that are not given are zero.</summary>
    /// <exception cref="ShmqException">What was given is no such message; the exception says where.</exception>
    public void Write(JsonElement json, Span<byte> message)
    {
        message.Clear();
        if (_serialized != null) _serialized.Write(json, message);
        else Write(_root, json, message);
    }

    private static JsonNode Read(FieldNode node, ReadOnlySpan<byte> message)
    {
        if (node is LeafNode leaf) return leaf.Field.Read(message);
        GroupNode group = (GroupNode)node;
        if (group.IsArray)
        {
            JsonArray array = [];
            foreach (FieldNode element in group.Members) array.Add(Read(element, message));
            return array;
        }

        JsonObject result = [];
        foreach (FieldNode member in group.Members) result[member.Name] = Read(member, message);
        return result;
    }

    private static void Write(FieldNode node, JsonElement json, Span<byte> message)
    {
        if (node is LeafNode leaf)
        {
            leaf.Field.Write(json, message);
            return;
        }

        GroupNode group = (GroupNode)node;
        if (group.IsArray && json.ValueKind == JsonValueKind.Array)
        {
            if (json.GetArrayLength() > group.Members.Count) throw new ShmqException(ExitCode.WrongInput, $"'{group.Name}' has {group.Members.Count} elements, and {json.GetArrayLength()} were given.");
            int i = 0;
            foreach (JsonElement element in json.EnumerateArray()) Write(group.Members[i++], element, message);
            return;
        }

        if (json.ValueKind != JsonValueKind.Object || group.IsArray)
            throw new ShmqException(ExitCode.WrongInput, $"'{group.Name}' is a JSON {(group.IsArray ? "array" : "object")}, and this was given: {json.GetRawText()}.");
        foreach (JsonProperty property in json.EnumerateObject())
        {
            FieldNode member = group.Members.FirstOrDefault(m => string.Equals(m.Name, property.Name, StringComparison.Ordinal))
                ?? throw new ShmqException(ExitCode.WrongInput, $"'{group.Name}' has no field '{property.Name}'. It has {string.Join(", ", group.Members.Take(40).Select(static m => m.Name))}.");
            Write(member, property.Value, message);
        }
    }

    private static IEnumerable<LeafNode> LeavesOf(FieldNode node) => node is LeafNode leaf ? [leaf] : ((GroupNode)node).Members.SelectMany(LeavesOf);

    private static string TextOf(JsonNode value) => value is JsonValue ? value.ToString() : value.ToJsonString(Screen.OneLine);
}

using System.Buffers.Binary;
using System.Text.Json;
using System.Text.Json.Nodes;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Messages;

/// <summary>
/// Messages that a serializer wrote: a length, and so many bytes. If they are JSON they are shown as that; if not they are in
/// <c>{"$base64": "…"}</c>. Either is taken back.
/// </summary>
internal sealed class SerializedFormat
{
    private const string Base64 = "$base64";

    private readonly string _name;
    private readonly string _serializer;
    private readonly int _offset;
    private readonly int _room;

    private SerializedFormat(string name, ShmSchemaField bytes)
    {
        _name = name;
        _serializer = bytes.Serializer!;
        _offset = bytes.Offset;
        _room = bytes.Size;
    }

    /// <summary>Null if the schema's fields can be read by themselves.</summary>
    public static SerializedFormat? Of(ShmSchema schema)
    {
        ShmSchemaField? bytes = schema.Fields.FirstOrDefault(static f => f.Serializer != null);
        // The length stands before the bytes; docs/schema.md.
        return bytes is { Offset: >= sizeof(int) } ? new SerializedFormat(schema.Name, bytes) : null;
    }

    /// <summary>Whether the length is one that a queue writes.</summary>
    public bool IsWhole(ReadOnlySpan<byte> message) => LengthOf(message) is var length && length >= 0 && length <= _room;

    public JsonNode Read(ReadOnlySpan<byte> message)
    {
        int length = LengthOf(message);
        if (!IsWhole(message)) return new JsonObject { ["$length"] = length, ["$trouble"] = $"no queue writes a length beyond {_room}" };
        ReadOnlySpan<byte> bytes = message.Slice(_offset, length);
        return TryReadJson(bytes) ?? new JsonObject { [Base64] = Convert.ToBase64String(bytes) };
    }

    public void Write(JsonElement json, Span<byte> message)
    {
        byte[] bytes = BytesOf(json);
        if (bytes.Length > _room) throw new ShmqException(ExitCode.WrongInput, $"The message takes {bytes.Length} bytes, and a '{_name}' has room for {_room}.");
        BinaryPrimitives.WriteInt32LittleEndian(message[(_offset - sizeof(int))..], bytes.Length);
        bytes.CopyTo(message[_offset..]);
    }

    private int LengthOf(ReadOnlySpan<byte> message) => BinaryPrimitives.ReadInt32LittleEndian(message[(_offset - sizeof(int))..]);

    private byte[] BytesOf(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty(Base64, out JsonElement encoded))
            return encoded.TryGetBytesFromBase64(out byte[]? bytes) ? bytes : throw new ShmqException(ExitCode.WrongInput, $"What stands in {Base64} is not base64.");
        if (!_serializer.StartsWith("ShmJsonSerializer", StringComparison.Ordinal))
            throw new ShmqException(ExitCode.WrongInput, $"The messages '{_name}' are written by {_serializer}, which this tool does not know. Give its bytes as {{\"{Base64}\": \"…\"}}.");
        return JsonSerializer.SerializeToUtf8Bytes(json, Screen.OneLine);
    }

    private static JsonNode? TryReadJson(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonNode.Parse(bytes);
        }
        catch (JsonException)
        {
            return null; // not JSON; the bytes are shown
        }
    }
}

using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Messages;

/// <summary>
/// Messages that a serializer wrote: a length, and so many bytes. JSON on one line is shown as it is, byte by byte; all else is in
/// <c>{"$base64": "…"}</c>. Either is taken back, so that what is sent is what was shown.
/// </summary>
internal sealed class SerializedFormat
{
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

    public void Read(Utf8JsonWriter writer, ReadOnlySpan<byte> message)
    {
        if (!IsWhole(message))
        {
            writer.WriteStartObject();
            writer.WriteNumber("$length", LengthOf(message));
            writer.WriteString("$trouble", $"the length is more than the {_room} bytes of a slot");
            writer.WriteEndObject();
            return;
        }

        ReadOnlySpan<byte> bytes = message.Slice(_offset, LengthOf(message));
        bool isJson = IsOfJson && IsOneLineOfJson(bytes);
        if (isJson && !Screen.IsLive) writer.WriteRawValue(bytes, skipInputValidation: true);
        else if (isJson && TextOfJson(bytes) is { } text) writer.WriteRawValue(text, skipInputValidation: true);
        else WriteBase64(writer, bytes);
    }

    /// <summary>The message for people: JSON with its escapes resolved, where that can be.</summary>
    public string TextOf(ReadOnlySpan<byte> message)
    {
        LineBuffer buffer = new();
        using (Utf8JsonWriter writer = MessageFormat.WriterTo(buffer))
        {
            if (IsWhole(message) && TextOfJson(message.Slice(_offset, LengthOf(message))) is { } text) return text;
            Read(writer, message);
        }

        return buffer.ToString();
    }

    public void Write(JsonElement json, Span<byte> message)
    {
        byte[] bytes = BytesOf(json);
        if (bytes.Length > _room)
            throw new ShmqException(ExitCode.WrongInput,
                $"The message takes {bytes.Length} bytes, but a slot of '{_name}' holds at most {_room}.");
        BinaryPrimitives.WriteInt32LittleEndian(message[(_offset - sizeof(int))..], bytes.Length);
        bytes.CopyTo(message[_offset..]);
    }

    private bool IsOfJson => _serializer.StartsWith("ShmJsonSerializer", StringComparison.Ordinal);

    private static void WriteBase64(Utf8JsonWriter writer, ReadOnlySpan<byte> bytes)
    {
        writer.WriteStartObject();
        writer.WriteBase64String(MessageFormat.Base64, bytes);
        writer.WriteEndObject();
    }

    private int LengthOf(ReadOnlySpan<byte> message) => BinaryPrimitives.ReadInt32LittleEndian(message[(_offset - sizeof(int))..]);

    private byte[] BytesOf(JsonElement json)
    {
        if (MessageFormat.IsBytes(json, out JsonElement encoded))
            return encoded.ValueKind == JsonValueKind.String && encoded.TryGetBytesFromBase64(out byte[]? bytes)
                ? bytes
                : throw new ShmqException(ExitCode.WrongInput, $"The value of {MessageFormat.Base64} is not valid base64.");
        if (json.ValueKind == JsonValueKind.Object && json.TryGetProperty(MessageFormat.Base64, out _))
            throw new ShmqException(ExitCode.WrongInput,
                $"{MessageFormat.Base64} must be the only field of a message, but there are other fields beside it.");
        if (!IsOfJson)
            throw new ShmqException(ExitCode.WrongInput,
                $"The messages '{_name}' are written by {_serializer}, which this tool does not know. "
                + $"Give their bytes as {{\"{MessageFormat.Base64}\": \"…\"}}.");
        // Letter by letter: what is parsed and written anew is the same value, and may be other bytes.
        return JsonMarshal.GetRawUtf8Value(json).ToArray();
    }

    /// <summary>
    /// Whether it can be shown byte by byte and read back: JSON, on one line, harmless, and none of the forms of this tool.
    /// </summary>
    private static bool IsOneLineOfJson(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty || bytes[0] <= (byte)' ' || bytes[^1] <= (byte)' ') return false; // blanks around it would be left out
        for (ReadOnlySpan<byte> rest = bytes; !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf8(rest, out Rune rune, out int length) != OperationStatus.Done || Plain.IsHarmful(rune)) return false;
            rest = rest[length..];
        }

        try
        {
            using var json = JsonDocument.Parse(bytes.ToArray(), DumpedLine.Strictly);
            return json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty(MessageFormat.Base64, out _);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false; // no JSON, or not such as 'send' takes
        }
    }

    /// <summary>
    /// The same JSON on one line, with escapes only where they are needed; null if it is none, or has texts that are none.
    /// </summary>
    private static string? TextOfJson(ReadOnlySpan<byte> bytes)
    {
        LineBuffer buffer = new();
        using Utf8JsonWriter writer = MessageFormat.WriterTo(buffer);
        Utf8JsonReader reader = new(bytes, new JsonReaderOptions { MaxDepth = int.MaxValue });
        try
        {
            while (reader.Read()) Copy(reader, writer);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null; // not JSON, or half of a surrogate pair in it
        }

        writer.Flush();
        return buffer.ToString();
    }

    private static void Copy(in Utf8JsonReader reader, Utf8JsonWriter writer)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                writer.WriteStartObject();
                break;
            case JsonTokenType.EndObject:
                writer.WriteEndObject();
                break;
            case JsonTokenType.StartArray:
                writer.WriteStartArray();
                break;
            case JsonTokenType.EndArray:
                writer.WriteEndArray();
                break;
            case JsonTokenType.PropertyName:
                writer.WritePropertyName(reader.GetString()!);
                break;
            case JsonTokenType.String:
                writer.WriteStringValue(reader.GetString());
                break;
            default:
                writer.WriteRawValue(reader.ValueSpan, skipInputValidation: true);
                break;
        }
    }
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Messages;

/// <summary>A leaf of the schema: reads its value out of a message, and writes one into it.</summary>
internal sealed class Field
{
    private readonly LeafFormat _format;
    private readonly IReadOnlyList<ShmSchemaEnumMember>? _names;
    private readonly int _elements;
    private readonly int _elementSize;
    private readonly bool _isArray;

    public Field(ShmSchemaField field)
    {
        Schema = field;
        bool isRow = LeafFormat.IsRow(field.Type, out string element);
        _format = LeafFormat.Of(isRow ? element : field.Type);
        _names = field.EnumMembers;
        _elementSize = isRow ? SizeOf(element) : field.ElementSize;
        _elements = field.Size / _elementSize;
        _isArray = field.IsArray || isRow;
    }

    public ShmSchemaField Schema { get; }

    private ShmqException Wrong(string value) => new ShmqException(ExitCode.WrongInput,
        $"'{value}' does not fit the field {Schema.Path}, which is {(_names == null ? Schema.Type : $"one of {string.Join(", ", _names.Take(20).Select(static n => n.Name))}{(_names.Count > 20 ? ", …" : "")}, or a number ({Schema.Type})")}{(_isArray ? $", {_elements} of them" : "")}.");

    /// <summary>The value, as JSON has it.</summary>
    public JsonNode Read(ReadOnlySpan<byte> message)
    {
        ReadOnlySpan<byte> bytes = message.Slice(Schema.Offset, Schema.Size);
        if (!_isArray) return ReadElement(bytes);
        JsonArray array = [];
        for (int i = 0; i < _elements; i++) array.Add(ReadElement(bytes.Slice(i * _elementSize, _elementSize)));
        return array;
    }

    /// <summary>Whether its bytes are such as a writer of its type writes.</summary>
    public bool IsWhole(ReadOnlySpan<byte> message)
    {
        ReadOnlySpan<byte> bytes = message.Slice(Schema.Offset, Schema.Size);
        for (int i = 0; i < _elements; i++)
        {
            if (_format.Format(bytes.Slice(i * _elementSize, _elementSize)) == null) return false;
        }

        return true;
    }

    /// <summary>Writes a value into a message.</summary>
    /// <exception cref="ShmqException">It is no value of this field's.</exception>
    public void Write(JsonElement value, Span<byte> message)
    {
        Span<byte> bytes = message.Slice(Schema.Offset, Schema.Size);
        if (!_isArray)
        {
            WriteElement(value, bytes);
            return;
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > _elements) throw Wrong(value.ToString());
        int i = 0;
        foreach (JsonElement element in value.EnumerateArray()) WriteElement(element, bytes.Slice(i++ * _elementSize, _elementSize));
    }

    private JsonNode ReadElement(ReadOnlySpan<byte> bytes)
    {
        string? text = _format.Format(bytes);
        if (text == null) return JsonValue.Create(LeafFormat.Hex.Format(bytes)!);
        if (_names != null && NameOf(text) is { } name) return JsonValue.Create(name);
        // Not every floating-point number is one in JSON.
        bool isBare = _format.IsBare && text is not ("NaN" or "Infinity" or "-Infinity");
        return isBare ? JsonNode.Parse(text)! : JsonValue.Create(text);
    }

    private void WriteElement(JsonElement value, Span<byte> bytes)
    {
        string? text = value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
            _ => null,
        };
        if (text == null) throw Wrong(value.GetRawText());
        if (!_format.TryParse(NumberOf(text) ?? text, bytes) && !LeafFormat.Hex.TryParse(text, bytes)) throw Wrong(text);
    }

    private string? NameOf(string number)
    {
        foreach (ShmSchemaEnumMember member in _names!)
        {
            if (string.Equals(member.Value.ToString(CultureInfo.InvariantCulture), number, StringComparison.Ordinal)) return member.Name;
        }

        return null;
    }

    private string? NumberOf(string name)
    {
        foreach (ShmSchemaEnumMember member in _names ?? [])
        {
            if (string.Equals(member.Name, name, StringComparison.OrdinalIgnoreCase)) return member.Value.ToString(CultureInfo.InvariantCulture);
        }

        return null;
    }

    private static int SizeOf(string element) => string.Equals(element, "f64", StringComparison.Ordinal) ? sizeof(double) : sizeof(float);
}

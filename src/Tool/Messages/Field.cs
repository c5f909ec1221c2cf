using System.Globalization;
using System.Text;
using System.Text.Json;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Messages;

/// <summary>
/// A leaf of the schema: reads its value out of a message, and writes one into it. What it writes it reads back bit by bit.
/// </summary>
internal sealed class Field
{
    /// <summary>What of a value is quoted in an error.</summary>
    private const int Quoted = 80;

    private readonly LeafFormat _format;
    private readonly IReadOnlyList<ShmSchemaEnumMember>? _names;
    private readonly Dictionary<string, string> _numberOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _nameOf = new(StringComparer.Ordinal);
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
        foreach (ShmSchemaEnumMember member in _names ?? [])
        {
            // The text may come from anybody: a name that stands for two numbers stands for its first only.
            string number = member.Value.ToString(CultureInfo.InvariantCulture);
            if (_numberOf.TryAdd(member.Name, number)) _nameOf.TryAdd(number, member.Name);
        }
    }

    public ShmSchemaField Schema { get; }

    /// <summary>Whether its values are shown as numbers.</summary>
    public bool IsNumber => _format.IsBare && _names == null && !_isArray;

    /// <summary>Writes the value as JSON.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="message">The message.</param>
    /// <param name="shift">Bytes from the first element of the arrays that it is in.</param>
    /// <param name="most">The most elements of an array; how many are left out is said behind them.</param>
    public void Read(Utf8JsonWriter writer, ReadOnlySpan<byte> message, int shift, int most)
    {
        ReadOnlySpan<byte> bytes = message.Slice(Schema.Offset + shift, Schema.Size);
        if (!_isArray)
        {
            ReadElement(writer, bytes);
            return;
        }

        writer.WriteStartArray();
        int shown = Math.Min(_elements, most);
        for (int i = 0; i < shown; i++) ReadElement(writer, bytes.Slice(i * _elementSize, _elementSize));
        if (shown < _elements) MessageFormat.WriteMore(writer, _elements - shown);
        writer.WriteEndArray();
    }

    /// <summary>The value of a field that is no array, as text; null for an array.</summary>
    public string? TextOf(ReadOnlySpan<byte> message, int shift) =>
        _isArray ? null : NameOrText(message.Slice(Schema.Offset + shift, Schema.Size), out _);

    /// <summary>Whether its bytes are such as a writer of its type writes.</summary>
    public bool IsWhole(ReadOnlySpan<byte> message, int shift)
    {
        if (_format.IsAnything) return true;
        ReadOnlySpan<byte> bytes = message.Slice(Schema.Offset + shift, Schema.Size);
        for (int i = 0; i < _elements; i++)
        {
            if (_format.Format(bytes.Slice(i * _elementSize, _elementSize)) == null) return false;
        }

        return true;
    }

    /// <summary>Writes a value into a message.</summary>
    /// <exception cref="ShmqException">It is no value of this field's.</exception>
    public void Write(JsonElement value, Span<byte> message, int shift)
    {
        Span<byte> bytes = message.Slice(Schema.Offset + shift, Schema.Size);
        if (!_isArray)
        {
            WriteElement(value, bytes);
            return;
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() > _elements) throw Wrong(value.GetRawText());
        int i = 0;
        foreach (JsonElement element in value.EnumerateArray()) WriteElement(element, bytes.Slice(i++ * _elementSize, _elementSize));
    }

    private void ReadElement(Utf8JsonWriter writer, ReadOnlySpan<byte> bytes)
    {
        if (_names == null && _format.TryWriteNumber(writer, bytes)) return;
        string text = NameOrText(bytes, out bool isBare);
        if (isBare) writer.WriteRawValue(text, skipInputValidation: true);
        else writer.WriteStringValue(text);
    }

    /// <summary>The text that stands for these bytes and no others.</summary>
    private string NameOrText(ReadOnlySpan<byte> bytes, out bool isBare)
    {
        isBare = false;
        if (_format.FormatExactly(bytes) is not { } text) return LeafFormat.HexOf(bytes);
        if (_nameOf.TryGetValue(text, out string? name)) return name;
        // Not every floating-point number is one in JSON.
        isBare = _format.IsBare && text is not ("NaN" or "Infinity" or "-Infinity");
        return text;
    }

    private void WriteElement(JsonElement value, Span<byte> bytes)
    {
        bool isString = value.ValueKind == JsonValueKind.String;
        string text = isString ? value.GetString()! : value.GetRawText();
        bool fits = isString switch
        {
            true when _numberOf.TryGetValue(text, out string? number) => _format.TryParse(number, bytes),
            true when LeafFormat.TryParseHex(text, bytes) => true,
            true => (!_format.IsBare || text is "NaN" or "Infinity" or "-Infinity") && _format.TryParse(text, bytes),
            false =>
                _format.IsBare && value.ValueKind is JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False
                && _format.TryParse(text, bytes),
        };
        if (!fits) throw Wrong(text);
    }

    private ShmqException Wrong(string value) => new(ExitCode.WrongInput,
        $"'{(value.Length <= Quoted ? value : string.Concat(value.AsSpan(0, Quoted), "…"))}' does not fit the field {Schema.Path}, which "
            + $"is {Kind()}{(_isArray ? $", {_elements} of them" : "")}.");

    private string Kind()
    {
        if (_names == null) return _format.Looks is { } looks ? $"{Schema.Type}, such as {looks}" : Schema.Type;
        StringBuilder names = new("one of ");
        names.AppendJoin(", ", _names.Take(20).Select(static n => n.Name));
        if (_names.Count > 20) names.Append(", …");
        return names.Append(CultureInfo.InvariantCulture, $", or a number ({Schema.Type})").ToString();
    }

    private static int SizeOf(string element) => string.Equals(element, "f64", StringComparison.Ordinal) ? sizeof(double) : sizeof(float);
}

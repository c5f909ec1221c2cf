using System.Globalization;
using System.Text;
using TypedShmQueue.Errors;

namespace TypedShmQueue.Layout.Schema;

/// <summary>Reads schema texts, which may be anybody's: see docs/schema.md for the grammar.</summary>
/// <remarks>Every number is range-checked before anything is computed with it, so no text makes an offset leave the message.</remarks>
internal ref struct SchemaParser
{
    public const string Version = "tsq1";

    private const string EnumMark = "enum:";
    private const string SerializedMark = SchemaType.Serialized + ":";
    private const string ElementMark = "[]";
    private const int MaxMessageSize = 1 << 30;

    /// <summary>What no name contains, beside control characters and white space: the grammar needs them between names.</summary>
    private const string Separators = ".,=()[]\"";

    /// <summary>What of a text is quoted in an error.</summary>
    private const int Quoted = 40;

    private static readonly UTF8Encoding s_strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly List<ShmSchemaField> _fields = [];
    private readonly Dictionary<string, ShmSchemaField> _containers = new(StringComparer.Ordinal);
    private ReadOnlySpan<char> _rest;
    private int _line;
    private int _messageSize;

    private SchemaParser(ReadOnlySpan<char> text) => _rest = text;

    public static ShmSchema Parse(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > ShmSchema.MaxBytes)
            throw new ShmSchemaFormatException(1, $"the text has {utf8.Length} bytes, but at most {ShmSchema.MaxBytes} are allowed");
        string text;
        try
        {
            text = s_strict.GetString(utf8);
        }
        catch (DecoderFallbackException e)
        {
            throw new ShmSchemaFormatException(1 + utf8[..e.Index].Count((byte)'\n'), $"byte {e.Index} of the text is not UTF-8");
        }

        return new SchemaParser(text).ReadSchema();
    }

    private ShmSchema ReadSchema()
    {
        ReadOnlySpan<char> head = NextLine();
        ReadOnlySpan<char> version = NextWord(ref head, "the version");
        if (version is not Version)
            throw Wrong($"'{Version}' was expected, but the text has '{Quote(version)}': it is not a schema, or a newer library wrote it");
        string name = Name(NextWord(ref head, "the message's name"), "the message's name");
        _messageSize = Number(head, 1, MaxMessageSize, "the message's size");
        while (!_rest.IsEmpty) _fields.Add(ReadField());
        return new ShmSchema(name, _messageSize, _fields);
    }

    private ShmSchemaField ReadField()
    {
        ReadOnlySpan<char> line = NextLine();
        int offset = Number(NextWord(ref line, "the field's offset"), 0, _messageSize - 1, "the field's offset");
        int size = Number(NextWord(ref line, "the field's size"), 1, _messageSize - offset, "the field's size");
        SchemaType type = ReadType(NextWord(ref line, "the field's type"), size);
        ShmSchemaField? container = ContainerOf(line, offset, size);
        ShmSchemaField field = new(Path(line), offset, size, type, container);
        if (type.Name is SchemaType.Struct) _containers[field.Path] = field;
        return field;
    }

    private readonly SchemaType ReadType(ReadOnlySpan<char> text, int size)
    {
        if (text.StartsWith(SerializedMark))
            return new SchemaType(SchemaType.Serialized, IsArray: false, 1, EnumMembers: null, Serializer(text[SerializedMark.Length..]));

        int count = 1;
        bool isArray = text[^1] == ']';
        if (isArray)
        {
            int bracket = text.LastIndexOf('[');
            if (bracket < 0) throw Wrong($"'{Quote(text)}' has no '[' for its ']'");
            count = Number(text[(bracket + 1)..^1], 1, size, "the array's length");
            if (size % count != 0) throw Wrong($"{Counted.Bytes(size)} cannot be divided into {count} equal elements");
            text = text[..bracket];
        }

        IReadOnlyList<ShmSchemaEnumMember>? members = null;
        if (text.StartsWith(EnumMark)) text = ReadEnum(text[EnumMark.Length..], out members);
        string name = TypeName(text);
        if (name is SchemaType.Struct && !isArray)
            throw Wrong($"'{SchemaType.Struct}' has no length, but only arrays of structs have a line of their own");
        if (SchemaTypeSizes.TryGet(name, out int known) && known != size / count)
            throw Wrong($"a '{name}' takes {Counted.Bytes(known)}, not {size / count}");
        return new SchemaType(name, isArray, count, members, Serializer: null);
    }

    /// <summary>The type of an enum's number, and its members.</summary>
    private readonly ReadOnlySpan<char> ReadEnum(ReadOnlySpan<char> text, out IReadOnlyList<ShmSchemaEnumMember>? members)
    {
        int open = text.IndexOf('(');
        if (open < 0 || text[^1] != ')') throw Wrong($"an enum's members were expected in brackets, but the text has '{Quote(text)}'");
        ReadOnlySpan<char> number = text[..open];
        if (!SchemaTypeSizes.TryGetRange(TypeName(number), out Int128 least, out Int128 greatest))
            throw Wrong($"an enum's number is one of i8 to u64, but the text has '{Quote(number)}'");

        List<ShmSchemaEnumMember> list = [];
        ReadOnlySpan<char> inside = text[(open + 1)..^1];
        if (!inside.IsEmpty)
        {
            foreach (Range part in inside.Split(','))
            {
                ReadOnlySpan<char> member = inside[part];
                int equals = member.IndexOf('=');
                if (equals < 0) throw Wrong($"an enum's member is 'name=value', but the text has '{Quote(member)}'");
                list.Add(new ShmSchemaEnumMember(Name(member[..equals], "an enum's name"), Value(member[(equals + 1)..], least, greatest)));
            }
        }

        members = list;
        return number;
    }

    /// <summary>The array of structs that a path with <c>[]</c> names; its first element holds the field.</summary>
    private readonly ShmSchemaField? ContainerOf(ReadOnlySpan<char> path, int offset, int size)
    {
        int end = path.LastIndexOf(ElementMark);
        if (end < 0) return null;
        if (!_containers.TryGetValue(path[..end].ToString(), out ShmSchemaField? container))
            throw Wrong($"the path '{Quote(path)}' needs a line 'struct[…] {Quote(path[..end])}' before it");
        // A long: no sum of two numbers from the text is trusted to fit.
        if (offset < container.Offset || (long)offset + size > (long)container.Offset + container.ElementSize)
            throw Wrong($"bytes {offset} to {(long)offset + size} are not inside the first element of '{Quote(container.Path)}'");
        return container;
    }

    private readonly string Path(ReadOnlySpan<char> text)
    {
        foreach (Range part in text.Split('.'))
        {
            ReadOnlySpan<char> name = text[part];
            while (name.Length > 0 && name[^1] == ']')
            {
                int bracket = name.LastIndexOf('[');
                if (bracket < 0) throw Wrong($"'{Quote(name)}' has no '[' for its ']'");
                ReadOnlySpan<char> index = name[(bracket + 1)..^1];
                if (!index.IsEmpty) Number(index, 0, MaxMessageSize, "an index");
                name = name[..bracket];
            }

            Name(name, "a field's name");
        }

        return text.ToString();
    }

    private readonly string Name(ReadOnlySpan<char> text, string what)
    {
        bool isName = !text.IsEmpty;
        foreach (char c in text) isName &= !char.IsControl(c) && !char.IsWhiteSpace(c) && !Separators.Contains(c, StringComparison.Ordinal);
        return isName ? text.ToString() : throw Wrong($"{what} was expected, but the text has '{Quote(text)}'");
    }

    private readonly string TypeName(ReadOnlySpan<char> text)
    {
        bool isName = !text.IsEmpty;
        foreach (char c in text) isName &= char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c);
        return isName ? text.ToString() : throw Wrong($"a type was expected, but the text has '{Quote(text)}'");
    }

    private readonly string Serializer(ReadOnlySpan<char> text)
    {
        bool isName = !text.IsEmpty;
        foreach (char c in text) isName &= !char.IsControl(c) && !char.IsWhiteSpace(c);
        return isName ? text.ToString() : throw Wrong("a serializer's name was expected after 'serialized:'");
    }

    private readonly Int128 Value(ReadOnlySpan<char> text, Int128 least, Int128 greatest) =>
        IsCanonical(text.StartsWith('-') && text is not "-0" ? text[1..] : text)
            && Int128.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out Int128 value) && value >= least
                && value <= greatest
            ? value
            : throw Wrong($"an enum's value is a number from {least} to {greatest}, but the text has '{Quote(text)}'");

    private readonly int Number(ReadOnlySpan<char> text, int least, int greatest, string what) =>
        IsCanonical(text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value >= least
            && value <= greatest
            ? value
            : throw Wrong($"{what} is a number from {least} to {greatest}, but the text has '{Quote(text)}'");

    /// <summary>Digits, and no needless zero before them: each number is written in one way.</summary>
    private static bool IsCanonical(ReadOnlySpan<char> text) =>
        text is "0" || (text.Length > 0 && text[0] is >= '1' and <= '9' && !text.ContainsAnyExceptInRange('0', '9'));

    private ReadOnlySpan<char> NextLine()
    {
        _line++;
        int end = _rest.IndexOf('\n');
        if (end < 0) throw Wrong("it does not end in a line feed, so the text was cut off");
        ReadOnlySpan<char> line = _rest[..end];
        _rest = _rest[(end + 1)..];
        return line;
    }

    private readonly ReadOnlySpan<char> NextWord(ref ReadOnlySpan<char> line, string what)
    {
        int end = line.IndexOf(' ');
        if (end <= 0) throw Wrong($"{what} and a space were expected, but the text has '{Quote(line)}'");
        ReadOnlySpan<char> word = line[..end];
        line = line[(end + 1)..];
        return word;
    }

    private static string Quote(ReadOnlySpan<char> text) => text.Length <= Quoted ? text.ToString() : string.Concat(text[..Quoted], "…");

    private readonly ShmSchemaFormatException Wrong(string trouble) => new(_line, trouble);
}

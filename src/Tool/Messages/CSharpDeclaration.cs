using System.Globalization;
using System.Text;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Tool.Messages;

/// <summary>
/// A message as a struct in C#, byte for byte: a queue declared by it has the same schema id, and opens the queue that it was read from.
/// Names of nested types are not in a schema, so they are made up from the fields'. Of a serialized message there is the outside only.
/// </summary>
internal sealed class CSharpDeclaration
{
    private const int Step = 4;

    /// <summary>What stands for a serializer's name where MemoryPack writes the messages.</summary>
    private const string MemoryPack = "memorypack";

    /// <summary>Names that the declaration itself uses: where a message has one of them, its namespace is said.</summary>
    private static readonly Dictionary<string, string> s_used = new(StringComparer.Ordinal)
    {
        ["StructLayout"] = "System.Runtime.InteropServices", ["LayoutKind"] = "System.Runtime.InteropServices",
            ["FieldOffset"] = "System.Runtime.InteropServices",
        ["InlineArray"] = "System.Runtime.CompilerServices", ["ShmQueue"] = "TypedShmQueue", ["Endpoints"] = "TypedShmQueue",
            ["Overflow"] = "TypedShmQueue", ["Delivery"] = "TypedShmQueue",
        ["ShmText16"] = "TypedShmQueue", ["ShmText32"] = "TypedShmQueue", ["ShmText64"] = "TypedShmQueue", ["ShmText128"] = "TypedShmQueue",
            ["ShmText256"] = "TypedShmQueue",
        ["Int128"] = "System", ["UInt128"] = "System", ["Half"] = "System", ["Guid"] = "System", ["DateTime"] = "System",
            ["DateTimeOffset"] = "System", ["TimeSpan"] = "System",
        ["TimeOnly"] = "System", ["DateOnly"] = "System", ["Index"] = "System", ["Range"] = "System",
    };

    private readonly StringBuilder _text = new();
    private readonly Dictionary<FieldNode, string> _members = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<FieldNode, string> _types = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<FieldNode, string> _arrays = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<string> _declared = new(StringComparer.Ordinal);
    private readonly string _message;
    private bool _isChanged;

    private CSharpDeclaration(GroupNode root)
    {
        // A type by the name of a namespace hides all that is in it.
        _message = NewNames("System", "TypedShmQueue").Give(root.Name);
        _isChanged = !string.Equals(Declared(_message), root.Name, StringComparison.Ordinal);
        Name(root.Members, [_message]);
    }

    public static string Of(MessageFormat format, RoleFlags roles, SegmentGeometry geometry)
    {
        CSharpDeclaration declaration = new(format.Root);
        if (format.SerializedField is { } serialized) declaration.Serialized(serialized, roles, geometry);
        else declaration.Write(format.Root, roles, geometry);
        return declaration._text.ToString();
    }

    /// <summary>Bytes from one element to the next.</summary>
    internal static int Stride(GroupNode array) =>
        array.Members.Count > 1 ? array.Members[1].Start - array.Members[0].Start : array.End - array.Start;

    private void Write(GroupNode root, RoleFlags roles, SegmentGeometry geometry)
    {
        _text.Append("using System;\nusing System.Runtime.CompilerServices;\nusing System.Runtime.InteropServices;\nusing "
            + "TypedShmQueue;\n\n");
        if (_isChanged)
            _text.Append("// C# does not have some names of the schema, and other names stand for them: "
                + "this is another schema, and opens no queue of that one.\n");
        Attribute(roles, geometry, "");
        Struct(0, _message, root.Members, 0, geometry.MessageSize);
    }

    private void Attribute(RoleFlags roles, SegmentGeometry geometry, string serialization)
    {
        _text.Append(CultureInfo.InvariantCulture, $"[{Q("ShmQueue")}(Capacity = {geometry.Capacity}{serialization}");
        if (roles.HasOneProducer) _text.Append(CultureInfo.InvariantCulture, $", Producers = {Q("Endpoints")}.One");
        if (roles.HasOneConsumer) _text.Append(CultureInfo.InvariantCulture, $", Consumers = {Q("Endpoints")}.One");
        // With acknowledged delivery producers always wait, and saying so is not needed.
        if (roles is { Waits: true, IsAcknowledged: false })
            _text.Append(CultureInfo.InvariantCulture, $", Overflow = {Q("Overflow")}.Wait");
        if (roles.Delivery != Delivery.Queue) _text.Append(CultureInfo.InvariantCulture, $", Delivery = {Q("Delivery")}.{roles.Delivery}");
        _text.Append(")]\n");
    }

    /// <summary>
    /// All but the fields, which no schema has: once its serializer can write and read the type, it has the same schema id.
    /// </summary>
    private void Serialized(ShmSchemaField bytes, RoleFlags roles, SegmentGeometry geometry)
    {
        string serializer = bytes.Serializer!;
        bool isMemoryPack = string.Equals(serializer, MemoryPack, StringComparison.Ordinal);
        if (isMemoryPack) _text.Append("using MemoryPack;\n");
        _text.Append("using TypedShmQueue;\n\n");
        // The rest of the line is a comment, whatever the name is: a line end is no visible character, and no schema has it in a name.
        _text.Append(CultureInfo.InvariantCulture,
            $"// Its fields are the affair of {(isMemoryPack ? "MemoryPack" : Shell.Plain.Text(serializer))}, and no schema has them: "
            + $"declare them here or in another part.\n");
        _text.Append("// It may be a class or a struct instead.\n");
        if (isMemoryPack) _text.Append("[MemoryPackable]\n");
        string named = isMemoryPack
            ? ""
            : IsTypeName(serializer)
            ? $", Serializer = typeof({serializer})"
            : ", Serializer = typeof(/* as above */)";
        Attribute(roles, geometry, string.Create(CultureInfo.InvariantCulture, $", MaxMessageBytes = {bytes.Size}{named}"));
        Line(0, $"public sealed partial record {At(_message)};");
    }

    /// <summary>Anybody may have written the schema, and what it names must not become other code.</summary>
    private static bool IsTypeName(string name) =>
        name.All(static c => char.IsLetterOrDigit(c) || c is '_' or '.' or '<' or '>' or ',' or '[' or ']' or '?');

    /// <summary>Gives each member and each type that it needs a name that is free where it stands, in the types around it, too.</summary>
    private void Name(IReadOnlyList<FieldNode> members, IReadOnlyList<string> around)
    {
        Names names = NewNames(around);
        foreach (FieldNode member in members)
        {
            string name = names.Give(member.Name);
            _members[member] = name;
            _isChanged |= !string.Equals(name, member.Name, StringComparison.Ordinal);
            // The one name that stands inside a struct as a value, where fields are seen.
            if (name is "LayoutKind") _declared.Add(name);
        }

        List<(string Type, IReadOnlyList<FieldNode> Members)> nested = [];
        foreach (FieldNode member in members)
        {
            string name = _members[member];
            if (IsArray(member)) _arrays[member] = Declared(names.Give(name + "Array"));
            FieldNode element = ElementOf(member);
            if (element is LeafNode { Field.Schema: { EnumMembers: not null } }) _types[member] = Declared(names.Give(name + "Type"));
            if (MembersOf(element, StrideOf(member)) is not { } inner) continue;
            _types[member] = Declared(names.Give(name + "Type"));
            nested.Add((_types[member], inner));
        }

        foreach ((string type, IReadOnlyList<FieldNode> inner) in nested) Name(inner, [.. around, type]);
    }

    private string Declared(string name)
    {
        _declared.Add(name);
        return name;
    }

    private static bool IsArray(FieldNode node) => node is ArrayNode or GroupNode { IsArray: true }
        || (node is LeafNode { Field.Schema: { } schema }
            && (schema.IsArray || (Keyword(schema.Type) == null && schema.EnumMembers == null)));

    /// <summary>The first element of an array, and of all else itself.</summary>
    private static FieldNode ElementOf(FieldNode node) => node switch
    {
        ArrayNode array => array.Element,
        GroupNode { IsArray: true } array => array.Members[0],
        _ => node,
    };

    private static int StrideOf(FieldNode node) => node switch
    {
        ArrayNode array => array.Array.ElementSize,
        GroupNode { IsArray: true } array => Stride(array),
        _ => node.End - node.Start,
    };

    /// <summary>
    /// The members of the struct that a field is of, or the elements of an array are; null if it is none. An array of arrays is one of
    /// structs.
    /// </summary>
    private static IReadOnlyList<FieldNode>? MembersOf(FieldNode element, int stride) => element switch
    {
        GroupNode { IsArray: false } group => group.Members,
        LeafNode leaf when stride == leaf.End - leaf.Start => null,
        _ => [element],
    };

    private void Struct(int indent, string name, IReadOnlyList<FieldNode> members, int start, int size)
    {
        Line(indent, $"[{Q("StructLayout")}({Q("LayoutKind")}.Explicit, Size = {Math.Max(size, 1)})]");
        Line(indent, $"public struct {At(name)}");
        Line(indent, "{");
        foreach (FieldNode member in members)
            Line(indent + Step, $"[{Q("FieldOffset")}({member.Start - start})] public {TypeOf(member)} {At(_members[member])};");
        foreach (FieldNode member in members) Nested(indent + Step, member);
        Line(indent, "}");
    }

    /// <summary>The types that a field needs and that have no name of their own.</summary>
    private void Nested(int indent, FieldNode node)
    {
        FieldNode element = ElementOf(node);
        if (element is LeafNode { Field.Schema: { EnumMembers: { } names } schema } && ReferenceEquals(element, node))
            Enumeration(indent, _types[node], schema.Type, names);
        if (_arrays.TryGetValue(node, out string? array)) InlineArray(indent, array, ElementTypeOf(node), CountOf(node));
        if (_types.TryGetValue(node, out string? type) && MembersOf(element, StrideOf(node)) is { } members)
        {
            _text.Append('\n');
            Struct(indent, type, members, element.Start, StrideOf(node));
        }
    }

    private void Enumeration(int indent, string name, string type, IReadOnlyList<ShmSchemaEnumMember> members)
    {
        _text.Append('\n');
        Line(indent, $"public enum {At(name)} : {Keyword(type)}");
        Line(indent, "{");
        Names names = NewNames("value__");
        foreach (ShmSchemaEnumMember member in members)
        {
            string given = names.Give(member.Name);
            _isChanged |= !string.Equals(given, member.Name, StringComparison.Ordinal);
            Line(indent + Step, $"{At(given)} = {member.Value},");
        }

        Line(indent, "}");
    }

    private void InlineArray(int indent, string name, string element, int count)
    {
        _text.Append('\n');
        Line(indent, $"[{Q("InlineArray")}({count})]");
        Line(indent, $"public struct {At(name)}");
        Line(indent, "{");
        Line(indent + Step, $"private {element} _first;");
        Line(indent, "}");
    }

    private string TypeOf(FieldNode node) => _arrays.TryGetValue(node, out string? array) ? At(array) : ElementTypeOf(node);

    private string ElementTypeOf(FieldNode node) =>
        _types.TryGetValue(node, out string? type)
            ? At(type)
            : ElementOf(node) is LeafNode { Field.Schema: { } schema } && Keyword(schema.Type) is { } keyword
            ? Q(keyword)
            : "byte";

    private static int CountOf(FieldNode node) => node switch
    {
        ArrayNode array => array.Array.ElementCount,
        GroupNode { IsArray: true } array => array.Members.Count,
        LeafNode { Field.Schema: { } schema } =>
            Keyword(schema.Type) == null && schema.EnumMembers == null ? schema.Size : schema.ElementCount,
        _ => 1,
    };

    /// <summary>A name that the declaration uses, with its namespace if the message has names like those.</summary>
    private string Q(string name) => _declared.Overlaps(s_used.Keys)
        ? s_used.TryGetValue(name, out string? home)
            ? $"global::{home}.{name}"
            : name.StartsWith("System.", StringComparison.Ordinal)
            ? "global::" + name
            : name
        : name;

    private static string? Keyword(string type) => type switch
    {
        "i8" => "sbyte", "i16" => "short", "i32" => "int", "i64" => "long", "int128" => "Int128",
        "u8" => "byte", "u16" => "ushort", "u32" => "uint", "u64" => "ulong", "uint128" => "UInt128",
        "half" => "Half", "f32" => "float", "f64" => "double", "bool" => "bool", "char" => "char", "decimal" => "decimal",
        "rune" => "System.Text.Rune", "guid" => "Guid", "datetime" => "DateTime", "datetimeoffset" => "DateTimeOffset",
        "timespan" => "TimeSpan", "timeonly" => "TimeOnly", "dateonly" => "DateOnly", "index" => "Index", "range" => "Range",
        "vector2" => "System.Numerics.Vector2", "vector3" => "System.Numerics.Vector3", "vector4" => "System.Numerics.Vector4",
        "plane" => "System.Numerics.Plane", "quaternion" => "System.Numerics.Quaternion",
        "matrix3x2" => "System.Numerics.Matrix3x2", "matrix4x4" => "System.Numerics.Matrix4x4", "complex" => "System.Numerics.Complex",
        "text16" => "ShmText16", "text32" => "ShmText32", "text64" => "ShmText64", "text128" => "ShmText128", "text256" => "ShmText256",
        _ => null, // of a newer library: its bytes
    };

    private static string At(string name) => s_keywords.Contains(name) ? "@" + name : name;

    /// <summary>As the compiler has them, but for format characters: it leaves them out, and people do not see them.</summary>
    private static Names NewNames(params IEnumerable<string> taken) => new(
        static rune => rune.Value == '_' || IsLetter(rune),
        static rune => rune.Value == '_' || IsLetter(rune)
            || Rune.GetUnicodeCategory(rune) is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.NonSpacingMark
                or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.ConnectorPunctuation,
        taken);

    // The compiler knows letters of the first plane only.
    private static bool IsLetter(Rune rune) =>
        rune.IsBmp && (Rune.IsLetter(rune) || Rune.GetUnicodeCategory(rune) == UnicodeCategory.LetterNumber);

    private static readonly HashSet<string> s_keywords = new(StringComparer.Ordinal)
    {
        "abstract", "as", "base", "bool", "break", "byte", "case", "catch", "char", "checked", "class", "const", "continue", "decimal",
            "default", "delegate", "do", "double", "else",
        "enum", "event", "explicit", "extern", "false", "finally", "fixed", "float", "for", "foreach", "goto", "if", "implicit", "in",
            "int", "interface", "internal", "is", "lock", "long",
        "namespace", "new", "null", "object", "operator", "out", "override", "params", "private", "protected", "public", "readonly", "ref",
            "return", "sbyte", "sealed", "short", "sizeof",
        "stackalloc", "static", "string", "struct", "switch", "this", "throw", "true", "try", "typeof", "uint", "ulong", "unchecked",
            "unsafe", "ushort", "using", "virtual", "void", "volatile", "while",
        // Keywords in some places, and names of types nowhere.
        "allows", "async", "await", "dynamic", "extension", "field", "file", "managed", "nint", "notnull", "nuint", "partial", "record",
            "required", "scoped", "unmanaged", "var", "where", "yield",
    };

    private void Line(int indent, string line) => _text.Append(' ', indent).Append(line).Append('\n');
}

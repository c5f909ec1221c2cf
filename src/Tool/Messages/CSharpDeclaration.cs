using System.Globalization;
using System.Text;
using TypedShmQueue.Layout;

namespace TypedShmQueue.Tool.Messages;

/// <summary>
/// A message as a struct in C#, byte for byte: a queue declared by it has the same schema id, and opens the queue that it was read from.
/// Names of nested types are not in a schema, so they are made up from the fields'. Of a serialized message there is the outside only.
/// </summary>
internal static class CSharpDeclaration
{
    private const int Step = 4;

    /// <summary>What stands for a serializer's name where MemoryPack writes the messages.</summary>
    private const string MemoryPack = "memorypack";

    public static string Of(MessageFormat format, RoleFlags roles, SegmentGeometry geometry)
    {
        GroupNode root = format.Root;
        StringBuilder text = new();
        if (format.SerializedField is { } serialized)
        {
            Serialized(text, root.Name, serialized, roles, geometry);
            return text.ToString();
        }

        text.Append("using System.Runtime.CompilerServices;\nusing System.Runtime.InteropServices;\nusing TypedShmQueue;\n\n");
        Attribute(text, roles, geometry, "");
        Struct(text, 0, root.Name, root, 0, geometry.MessageSize);
        return text.ToString();
    }

    private static void Attribute(StringBuilder text, RoleFlags roles, SegmentGeometry geometry, string serialization)
    {
        text.Append(CultureInfo.InvariantCulture, $"[ShmQueue(Capacity = {geometry.Capacity}{serialization}");
        if (roles.HasOneProducer) text.Append(", Producers = Endpoints.One");
        if (roles.HasOneConsumer) text.Append(", Consumers = Endpoints.One");
        if (roles.Waits) text.Append(", Overflow = Overflow.Wait");
        if (roles.IsBroadcast) text.Append(", Delivery = Delivery.Broadcast");
        text.Append(")]\n");
    }

    /// <summary>All but the fields, which no schema has: once its serializer can write and read the type, it has the same schema id.</summary>
    private static void Serialized(StringBuilder text, string name, ShmSchemaField bytes, RoleFlags roles, SegmentGeometry geometry)
    {
        string serializer = bytes.Serializer!;
        bool isMemoryPack = string.Equals(serializer, MemoryPack, StringComparison.Ordinal);
        if (isMemoryPack) text.Append("using MemoryPack;\n");
        text.Append("using TypedShmQueue;\n\n");
        text.Append(CultureInfo.InvariantCulture, $"// Its fields are the affair of {(isMemoryPack ? "MemoryPack" : serializer)}, and no schema has them: declare them here or in another part.\n");
        text.Append("// It may be a class or a struct instead.\n");
        if (isMemoryPack) text.Append("[MemoryPackable]\n");
        string named = isMemoryPack ? "" : IsTypeName(serializer) ? $", Serializer = typeof({serializer})" : ", Serializer = typeof(/* as above */)";
        Attribute(text, roles, geometry, string.Create(CultureInfo.InvariantCulture, $", MaxMessageBytes = {bytes.Size}{named}"));
        Line(text, 0, $"public sealed partial record {Identifier(name)};");
    }

    /// <summary>Anybody may have written the schema, and what it names must not become other code.</summary>
    private static bool IsTypeName(string name) => name.All(static c => char.IsLetterOrDigit(c) || c is '_' or '.' or '<' or '>' or ',' or '[' or ']' or '?');

    private static void Struct(StringBuilder text, int indent, string name, GroupNode group, int start, int size)
    {
        Line(text, indent, $"[StructLayout(LayoutKind.Explicit, Size = {size})]");
        Line(text, indent, $"public struct {Identifier(name)}");
        Line(text, indent, "{");
        foreach (FieldNode member in group.Members) Line(text, indent + Step, $"[FieldOffset({member.Start - start})] public {TypeOf(member)} {Identifier(member.Name)};");
        foreach (FieldNode member in group.Members) Nested(text, indent + Step, member);
        Line(text, indent, "}");
    }

    /// <summary>The types that a field needs and that have no name of their own.</summary>
    private static void Nested(StringBuilder text, int indent, FieldNode node)
    {
        switch (node)
        {
            case LeafNode { Field.Schema: { EnumMembers: { } members } schema }:
                text.Append('\n');
                Line(text, indent, $"public enum {NestedName(node)} : {Keyword(schema.Type)}");
                Line(text, indent, "{");
                foreach (ShmSchemaEnumMember member in members) Line(text, indent + Step, $"{Identifier(member.Name)} = {member.Value},");
                Line(text, indent, "}");
                if (schema.IsArray) InlineArray(text, indent, node, NestedName(node), schema.ElementCount);
                break;
            case LeafNode { Field.Schema: { IsArray: true } schema }:
                InlineArray(text, indent, node, Keyword(schema.Type) ?? "byte", Keyword(schema.Type) == null ? schema.Size : schema.ElementCount);
                break;
            case LeafNode { Field.Schema: { } schema } when Keyword(schema.Type) == null:
                InlineArray(text, indent, node, "byte", schema.Size);
                break;
            case GroupNode { IsArray: true } array:
                FieldNode element = array.Members[0];
                InlineArray(text, indent, node, NestedName(node), array.Members.Count);
                text.Append('\n');
                Struct(text, indent, NestedName(node), (GroupNode)element, element.Start, Stride(array));
                break;
            case GroupNode group:
                text.Append('\n');
                Struct(text, indent, NestedName(node), group, group.Start, group.End - group.Start);
                break;
        }
    }

    private static void InlineArray(StringBuilder text, int indent, FieldNode node, string element, int count)
    {
        text.Append('\n');
        Line(text, indent, $"[InlineArray({count})]");
        Line(text, indent, $"public struct {node.Name}Array");
        Line(text, indent, "{");
        Line(text, indent + Step, $"private {element} _first;");
        Line(text, indent, "}");
    }

    /// <summary>Bytes from one element to the next.</summary>
    internal static int Stride(GroupNode array) => array.Members.Count > 1 ? array.Members[1].Start - array.Members[0].Start : array.End - array.Start;

    private static string TypeOf(FieldNode node) => node switch
    {
        LeafNode { Field.Schema: { IsArray: true } } or GroupNode { IsArray: true } => node.Name + "Array",
        LeafNode { Field.Schema: { EnumMembers: not null } } or GroupNode => NestedName(node),
        LeafNode { Field.Schema: { } schema } => Keyword(schema.Type) ?? node.Name + "Array",
        _ => throw new ArgumentOutOfRangeException(nameof(node), node, "A node is a leaf or a group."),
    };

    private static string NestedName(FieldNode node) => node.Name + "Type";

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

    private static string Identifier(string name) => s_keywords.Contains(name) ? "@" + name : name;

    private static readonly HashSet<string> s_keywords = new(StringComparer.Ordinal)
    {
        "abstract", "as", "base", "bool", "break", "byte", "case", "catch", "char", "checked", "class", "const", "continue", "decimal", "default", "delegate", "do", "double", "else",
        "enum", "event", "explicit", "extern", "false", "finally", "fixed", "float", "for", "foreach", "goto", "if", "implicit", "in", "int", "interface", "internal", "is", "lock", "long",
        "namespace", "new", "null", "object", "operator", "out", "override", "params", "private", "protected", "public", "readonly", "ref", "return", "sbyte", "sealed", "short", "sizeof",
        "stackalloc", "static", "string", "struct", "switch", "this", "throw", "true", "try", "typeof", "uint", "ulong", "unchecked", "unsafe", "ushort", "using", "virtual", "void", "volatile", "while",
    };

    private static void Line(StringBuilder text, int indent, string line) => text.Append(' ', indent).Append(line).Append('\n');
}

using System.Globalization;
using System.Text;

namespace TypedShmQueue.Tool.Messages;

/// <summary>A message as a struct in C11, byte for byte: packed, its padding written out, its size and offsets asserted.</summary>
internal static class CDeclaration
{
    private const int Step = 4;

    public static string Of(MessageFormat format)
    {
        GroupNode root = format.Root;
        StringBuilder text = new();
        text.Append("#include <assert.h>\n#include <stddef.h>\n#include <stdint.h>\n\n");
        foreach (LeafNode leaf in format.Leaves) Constants(text, root.Name, leaf);
        text.Append("#pragma pack(push, 1)\n");
        Line(text, 0, $"typedef struct {root.Name} {{");
        Members(text, Step, root, 0, format.MessageSize);
        Line(text, 0, $"}} {root.Name};");
        text.Append("#pragma pack(pop)\n\n");
        Line(text, 0, $"static_assert(sizeof({root.Name}) == {format.MessageSize}, \"size of {root.Name}\");");
        foreach (FieldNode member in root.Members.Where(static m => m.End > m.Start))
            Line(text, 0, $"static_assert(offsetof({root.Name}, {member.Name}) == {member.Start}, \"offset of {member.Name}\");");
        return text.ToString();
    }

    /// <summary>The members between two offsets. A field that lies over one before it (C has unions for that) is left as a comment.</summary>
    private static void Members(StringBuilder text, int indent, GroupNode group, int start, int end)
    {
        int at = start;
        int pads = 0;
        foreach (FieldNode member in group.Members.OrderBy(static m => m.Start))
        {
            if (member.Start < at)
            {
                Line(text, indent, $"/* {member.Name}: over the field before it, at byte {member.Start - start} */");
                continue;
            }

            if (member.Start > at) Line(text, indent, $"uint8_t pad{pads++}[{member.Start - at}];");
            Member(text, indent, member);
            at = member is GroupNode { IsArray: true } array ? array.Start + (array.Members.Count * CSharpDeclaration.Stride(array)) : member.End;
        }

        if (end > at) Line(text, indent, $"uint8_t pad{pads}[{end - at}];");
    }

    private static void Member(StringBuilder text, int indent, FieldNode member)
    {
        switch (member)
        {
            case LeafNode leaf:
                Leaf(text, indent, leaf);
                break;
            case GroupNode { IsArray: true } array:
                Line(text, indent, "struct {");
                Members(text, indent + Step, (GroupNode)array.Members[0], array.Start, array.Start + CSharpDeclaration.Stride(array));
                Line(text, indent, $"}} {member.Name}[{array.Members.Count}];");
                break;
            case GroupNode group:
                Line(text, indent, "struct {");
                Members(text, indent + Step, group, group.Start, group.End);
                Line(text, indent, $"}} {member.Name};");
                break;
        }
    }

    private static void Leaf(StringBuilder text, int indent, LeafNode leaf)
    {
        ShmSchemaField field = leaf.Field.Schema;
        string elements = field.IsArray ? string.Create(CultureInfo.InvariantCulture, $"[{field.ElementCount}]") : "";
        string line = field.Type switch
        {
            _ when Scalar(field.Type) is { } scalar => $"{scalar} {leaf.Name}{elements};",
            _ when field.Type.StartsWith("text", StringComparison.Ordinal) => $"struct {{ char utf8[{field.ElementSize - 1}]; uint8_t length; }} {leaf.Name}{elements};",
            _ => $"uint8_t {leaf.Name}{elements}[{field.ElementSize}]; /* {field.Type} */",
        };
        Line(text, indent, line);
    }

    private static void Constants(StringBuilder text, string message, LeafNode leaf)
    {
        if (leaf.Field.Schema.EnumMembers is not { Count: > 0 } members) return;
        string field = leaf.Field.Schema.Path.Replace('.', '_').Replace("[", "_", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal);
        foreach (ShmSchemaEnumMember member in members) Line(text, 0, $"#define {message}_{field}_{member.Name} {member.Value}");
        text.Append('\n');
    }

    private static string? Scalar(string type) => type switch
    {
        "i8" => "int8_t", "i16" => "int16_t", "i32" => "int32_t", "i64" => "int64_t",
        "u8" => "uint8_t", "u16" => "uint16_t", "u32" => "uint32_t", "u64" => "uint64_t",
        "f32" => "float", "f64" => "double", "bool" => "uint8_t", "char" => "uint16_t", "rune" => "uint32_t",
        "timespan" or "timeonly" => "int64_t", "dateonly" or "index" => "int32_t", "datetime" => "uint64_t",
        _ => null,
    };

    private static void Line(StringBuilder text, int indent, string line) => text.Append(' ', indent).Append(line).Append('\n');
}

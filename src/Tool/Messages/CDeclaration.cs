using System.Globalization;
using System.Text;

namespace TypedShmQueue.Tool.Messages;

/// <summary>A message as a struct in C11, byte for byte: packed, its padding written out, its size and offsets asserted.</summary>
internal sealed class CDeclaration
{
    private const int Step = 4;

    private static readonly string[] s_reserved =
    [
        "alignas", "alignof", "auto", "bool", "break", "case", "char", "const", "constexpr", "continue", "default", "do", "double", "else",
            "enum", "extern", "false", "float", "for", "goto", "if",
        "inline", "int", "long", "nullptr", "register", "restrict", "return", "short", "signed", "sizeof", "static", "static_assert",
            "struct", "switch", "thread_local", "true", "typedef", "typeof",
        "typeof_unqual", "union", "unsigned", "void", "volatile", "while", "asm", "linux", "unix", "assert", "offsetof", "NULL", "NDEBUG",
            "errno",
        // A header is read by C++, too.
        "and", "and_eq", "bitand", "bitor", "catch", "class", "compl", "concept", "const_cast", "decltype", "delete", "dynamic_cast",
            "explicit", "export", "friend", "mutable", "namespace", "new",
        "noexcept", "not", "not_eq", "operator", "or", "or_eq", "private", "protected", "public", "reinterpret_cast", "requires",
            "static_cast", "template", "this", "throw", "try", "typeid",
        "typename", "using", "virtual", "wchar_t", "char8_t", "char16_t", "char32_t", "xor", "xor_eq",
    ];

    private readonly StringBuilder _text = new();

    /// <summary>Macros replace every word that is like them, so no macro's name is any field's.</summary>
    private readonly Names _macros;

    private readonly string _message;

    private CDeclaration(MessageFormat format)
    {
        _macros = NewNames(format.Root.Name);
        Reserve(format.Root);
        _message = NewNames().Give(format.Root.Name);
    }

    public static string Of(MessageFormat format)
    {
        CDeclaration declaration = new(format);
        declaration.Write(format);
        return declaration._text.ToString();
    }

    private void Write(MessageFormat format)
    {
        GroupNode root = format.Root;
        _text.Append("#include <assert.h>\n#include <stddef.h>\n#include <stdint.h>\n\n");
        foreach (Field field in FieldTree.FieldsOf(root)) Constants(field);
        _text.Append("#pragma pack(push, 1)\n");
        Line(0, $"typedef struct {_message} {{");
        List<(string Name, int Offset)> members = Members(Step, root.Members, 0, format.MessageSize);
        Line(0, $"}} {_message};");
        _text.Append("#pragma pack(pop)\n\n");
        Line(0, $"static_assert(sizeof({_message}) == {format.MessageSize}, \"size of {_message}\");");
        foreach ((string name, int offset) in members)
            Line(0, $"static_assert(offsetof({_message}, {name}) == {offset}, \"offset of {name}\");");
    }

    /// <summary>
    /// The members between two offsets; their names and offsets. A field that lies over one before it (C has unions for that) is left as a
    /// comment.
    /// </summary>
    private List<(string Name, int Offset)> Members(int indent, IReadOnlyList<FieldNode> members, int start, int end)
    {
        List<(string, int)> written = [];
        Names names = NewNames();
        (FieldNode Node, string Name)[] named =
            [.. members.OrderBy(static m => m.Start).Select(member => (member, names.Give(member.Name)))];
        int at = start;
        int pads = 0;
        foreach ((FieldNode member, string name) in named)
        {
            if (member.Start < at)
            {
                Line(indent, $"/* {name}: over the field before it, at byte {member.Start - start} */");
                continue;
            }

            if (member.Start > at) Pad(member.Start - at);
            Member(indent, member, name);
            written.Add((name, member.Start - start));
            at = member is GroupNode { IsArray: true } array
                ? array.Start + (array.Members.Count * CSharpDeclaration.Stride(array))
                : member.End;
        }

        if (end > at) Pad(end - at);
        return written;

        void Pad(int bytes) => Line(indent, $"uint8_t {names.Give(string.Create(CultureInfo.InvariantCulture, $"pad{pads++}"))}[{bytes}];");
    }

    private void Member(int indent, FieldNode member, string name)
    {
        switch (member)
        {
            case LeafNode leaf:
                Leaf(indent, leaf.Field.Schema, name, "");
                break;
            case ArrayNode { Element: { } element, Array: { } array }:
                Element(indent, element, array.Offset, array.ElementSize, name, $"[{array.ElementCount}]");
                break;
            case GroupNode { IsArray: true, Members: { } elements } array:
                Element(indent, elements[0], array.Start, CSharpDeclaration.Stride(array), name, $"[{elements.Count}]");
                break;
            case GroupNode group:
                Struct(indent, group.Members, group.Start, group.End, name);
                break;
        }
    }

    /// <summary>An array, by its first element.</summary>
    private void Element(int indent, FieldNode element, int start, int stride, string name, string count)
    {
        if (element is LeafNode leaf && leaf.Start == start && leaf.Field.Schema.Size == stride)
            Leaf(indent, leaf.Field.Schema, name, count);
        else Struct(indent, element is GroupNode { IsArray: false } group ? group.Members : [element], start, start + stride, name + count);
    }

    private void Struct(int indent, IReadOnlyList<FieldNode> members, int start, int end, string name)
    {
        Line(indent, "struct {");
        Members(indent + Step, members, start, end);
        Line(indent, $"}} {name};");
    }

    private void Leaf(int indent, ShmSchemaField field, string name, string outer)
    {
        string elements = outer + (field.IsArray ? string.Create(CultureInfo.InvariantCulture, $"[{field.ElementCount}]") : "");
        string line = field.Type switch
        {
            _ when Scalar(field.Type) is { } scalar => $"{scalar} {name}{elements};",
            _ when field.Type.StartsWith("text", StringComparison.Ordinal) && field.ElementSize > 1 =>
                $"struct {{ char utf8[{field.ElementSize - 1}]; uint8_t length; }} {name}{elements};",
            _ => $"uint8_t {name}{elements}[{field.ElementSize}]; /* {field.Type} */",
        };
        Line(indent, line);
    }

    private void Constants(Field field)
    {
        if (field.Schema.EnumMembers is not { Count: > 0 } members) return;
        string path = field.Schema.Path.Replace("[]", "", StringComparison.Ordinal).Replace('.', '_')
            .Replace("[", "_", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal);
        foreach (ShmSchemaEnumMember member in members)
            Line(0, $"#define {_macros.Give($"{_message}_{path}_{member.Name}")} {Literal(member.Value)}");
        _text.Append('\n');
    }

    /// <summary>The least of 64 bits has no literal in C, and the greatest need their sign.</summary>
    private static string Literal(Int128 value) =>
        value == long.MinValue
            ? "(-9223372036854775807 - 1)"
            : value.ToString(CultureInfo.InvariantCulture) + (value > long.MaxValue ? "u" : "");

    private void Reserve(FieldNode node)
    {
        _ = _macros.Give(node.Name);
        if (node is ArrayNode array) Reserve(array.Element);
        foreach (FieldNode member in (node as GroupNode)?.Members ?? []) Reserve(member);
    }

    /// <summary>C compilers need not know letters beyond ASCII. The name of a macro of the system begins with an underscore.</summary>
    private static Names NewNames(params IEnumerable<string> taken) => new(
        static rune =>
            rune.IsAscii && Rune.IsLetter(rune), static rune =>
                rune.IsAscii && (Rune.IsLetterOrDigit(rune) || rune.Value == '_'), s_reserved.Concat(s_types).Concat(taken));

    private static readonly string[] s_types =
    [
        "int8_t", "int16_t", "int32_t", "int64_t", "uint8_t", "uint16_t", "uint32_t", "uint64_t", "size_t", "ptrdiff_t", "max_align_t",
            "intptr_t", "uintptr_t", "intmax_t", "uintmax_t",
    ];

    private static string? Scalar(string type) => type switch
    {
        "i8" => "int8_t", "i16" => "int16_t", "i32" => "int32_t", "i64" => "int64_t",
        "u8" => "uint8_t", "u16" => "uint16_t", "u32" => "uint32_t", "u64" => "uint64_t",
        "f32" => "float", "f64" => "double", "bool" => "uint8_t", "char" => "uint16_t", "rune" => "uint32_t",
        "timespan" or "timeonly" => "int64_t", "dateonly" or "index" => "int32_t", "datetime" => "uint64_t",
        _ => null,
    };

    private void Line(int indent, string line) => _text.Append(' ', indent).Append(line).Append('\n');
}

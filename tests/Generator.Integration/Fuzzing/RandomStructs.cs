using System.Globalization;
using System.Text;

namespace TypedShmQueue.Generator.Integration.Fuzzing;

/// <summary>Writes the source of random structs, each free to contain the ones before it.</summary>
internal sealed class RandomStructs(Random random, string prefix, RandomStructs? inherited = null)
{
    /// <summary>Nesting multiplies, so a struct of more fields than this, all told, is not nested again.</summary>
    private const int MaxNestedFields = 100;

    private static readonly string[] s_buffers =
        ["bool", "byte", "sbyte", "short", "ushort", "char", "int", "uint", "long", "ulong", "float", "double"];

    private static readonly string[] s_leaves =
    [
        .. s_buffers, "decimal", "Side", "Shift", "Step", "Port", "Level", "Colour", "Wide", "Mask", "System.DayOfWeek", "System.Guid",
            "System.DateTime", "System.DateTimeOffset",
        "System.TimeSpan", "System.DateOnly", "System.TimeOnly", "System.Int128", "System.UInt128", "System.Half", "System.Text.Rune",
        "System.Index", "System.Range", "System.Numerics.Vector2", "System.Numerics.Vector3", "System.Numerics.Vector4",
            "System.Numerics.Plane",
        "System.Numerics.Quaternion", "System.Numerics.Matrix3x2", "System.Numerics.Matrix4x4", "System.Numerics.Complex",
        "TypedShmQueue.ShmText16", "TypedShmQueue.ShmText32",
    ];

    private readonly List<(string Name, int Fields)> _structs = inherited is null ? [] : [.. inherited._structs];
    private readonly StringBuilder _source = new();
    private int _fieldsOfThis;

    /// <summary>The names of all structs.</summary>
    public List<string> Names { get; } = [];

    public string Write(int count)
    {
        _source.Append("#pragma warning disable\nnamespace Fuzz;\n");
        for (var i = 0; i < count; i++)
        {
            var name = prefix + i.ToString(CultureInfo.InvariantCulture);
            WriteStruct(name);
            Names.Add(name);
            if (_fieldsOfThis <= MaxNestedFields)
                _structs.Add((name, _fieldsOfThis));
            _fieldsOfThis = 0;
        }

        return _source.ToString();
    }

    private void WriteStruct(string name)
    {
        switch (random.Next(10))
        {
            case 0:
                WriteInlineArray(name);
                break;
            case 1:
                WriteExplicit(name);
                break;
            case 2:
                _source.Append(Sequential(random)).Append($"public record struct {name}({Type()} P0, {Type()} P1) {{ ");
                WriteFields(random.Next(3), buffers: false);
                _source.Append("}\n");
                break;
            default:
                _source.Append(Sequential(random)).Append($"public unsafe struct {name} {{ ");
                WriteFields(random.Next(1, 8), buffers: true);
                _source.Append("}\n");
                break;
        }
    }

    private void WriteFields(int count, bool buffers)
    {
        for (var i = 0; i < count; i++)
        {
            _source.Append(random.Next(8) switch
            {
                0 when buffers => $"public fixed {s_buffers[random.Next(s_buffers.Length)]} F{i}[{random.Next(1, 20)}]; ",
                1 => $"public {Type()} F{i} {{ get; set; }} ",
                2 => $"internal volatile int F{i}; public static {Type()} S{i}; ",
                _ => $"private {Type()} F{i}; ",
            });
        }
    }

    private void WriteExplicit(string name)
    {
        var layout = new List<string> { "System.Runtime.InteropServices.LayoutKind.Explicit" };
        AddPackAndSize(random, layout);
        _source.Append(CultureInfo.InvariantCulture,
            $"[System.Runtime.InteropServices.StructLayout({string.Join(", ", layout)})] public struct {name} {{ ");
        for (var i = random.Next(1, 5); i > 0; i--)
            _source.Append(CultureInfo.InvariantCulture,
                $"[System.Runtime.InteropServices.FieldOffset({random.Next(40)})] public {Type()} F{i}; ");
        _source.Append("}\n");
    }

    private void WriteInlineArray(string name)
    {
        var pack = random.Next(3) == 0
            ? $"[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Sequential, Pack = "
                + $"{1 << random.Next(5)})] "
            : "";
        var length = random.Next(1, random.Next(6) == 0 ? 80 : 6);
        _source.Append(CultureInfo.InvariantCulture,
            $"[System.Runtime.CompilerServices.InlineArray({length})] {pack}public struct {name} {{ private {Type()} F; }}\n");
        _fieldsOfThis *= length;
    }

    private string Type() => random.Next(_structs.Count == 0 ? 7 : 11) switch
    {
        7 or 8 => Nested(),
        9 => Generic(),
        10 => (random.Next(3) == 0 ? Nested() : Leaf()) + "?",
        _ => Leaf(),
    };

    /// <summary>A type of the shared source, closed over whatever comes, other closed types included.</summary>
    private string Generic()
    {
        var before = _fieldsOfThis;
        var type = random.Next(7) switch
        {
            0 => $"Triple<{Type()}>",
            1 => $"Few<{Type()}>",
            2 => $"Block<{Type()}>",
            3 => $"Both<{Type()}, {Type()}>",
            4 => $"Outer<{Type()}>.Inner<{Type()}>",
            5 => $"Tight<{Type()}>",
            _ => $"Pair<{Type()}, {Type()}>",
        };

        // None of them holds an argument more than four times.
        _fieldsOfThis += 3 * (_fieldsOfThis - before);
        return type;
    }

    private string Leaf()
    {
        _fieldsOfThis++;
        return s_leaves[random.Next(s_leaves.Length)];
    }

    private string Nested()
    {
        var (name, fields) = _structs[random.Next(_structs.Count)];
        _fieldsOfThis += fields;
        return name;
    }

    private static string Sequential(Random random)
    {
        var layout = new List<string> { "System.Runtime.InteropServices.LayoutKind.Sequential" };
        AddPackAndSize(random, layout);
        return layout.Count == 1 ? "" : $"[System.Runtime.InteropServices.StructLayout({string.Join(", ", layout)})] ";
    }

    private static void AddPackAndSize(Random random, List<string> layout)
    {
        if (random.Next(3) == 0)
            layout.Add($"Pack = {(random.Next(8) == 0 ? 0 : 1 << random.Next(8))}");
        if (random.Next(5) == 0)
            layout.Add($"Size = {random.Next(0, 120)}");
    }
}

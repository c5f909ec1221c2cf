using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace TypedShmQueue.Generator.Integration.Support;

/// <summary>
/// Writes the schema of a loaded type a second time, from reflection and the runtime's own offsets. Shares nothing with the generator.
/// </summary>
internal sealed class ReflectedSchema(RuntimeLayout runtime)
{
    private const int MaxElements = 64;

    private static readonly Dictionary<Type, string> s_leaves = new()
    {
        [typeof(sbyte)] = "i8", [typeof(byte)] = "u8", [typeof(short)] = "i16", [typeof(ushort)] = "u16", [typeof(int)] = "i32",
        [typeof(uint)] = "u32", [typeof(long)] = "i64", [typeof(ulong)] = "u64", [typeof(float)] = "f32", [typeof(double)] = "f64",
        [typeof(ShmText16)] = "text16", [typeof(ShmText32)] = "text32", [typeof(ShmText64)] = "text64", [typeof(ShmText128)] = "text128",
        [typeof(ShmText256)] = "text256", [typeof(bool)] = "bool",
    };

    private readonly List<(int Offset, string Line)> _lines = [];

    public static string Of(Type message, RuntimeLayout runtime)
    {
        var schema = new ReflectedSchema(runtime);
        var path = message.GetCustomAttribute<InlineArrayAttribute>() is null ? "" : Fields(message).Single().Name;
        schema.Add(message, path, 0, 1);
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"tsq1 {message.Name} {runtime.SizeOf(message)}\n"));
        foreach (var (_, line) in schema._lines.OrderBy(static line => line.Offset))
            text.Append(line).Append('\n');
        return text.ToString();
    }

    private void Add(Type type, string path, int offset, int elements)
    {
        if (LeafName(type) is { } leaf)
            AddLine(offset, runtime.SizeOf(type), leaf, path);
        else if (type.GetCustomAttribute<InlineArrayAttribute>() is { Length: var length })
            AddArray(Fields(type).Single().FieldType, length, path, offset, elements);
        else
            AddFields(type, path, offset, elements);
    }

    private void AddFields(Type type, string path, int offset, int elements)
    {
        var isNullable = Nullable.GetUnderlyingType(type) is not null;
        foreach (var field in Fields(type))
        {
            var name = field.Name.StartsWith('<') ? field.Name[1..field.Name.IndexOf('>', StringComparison.Ordinal)] : field.Name;
            if (isNullable)
                name = char.ToUpperInvariant(name[0]) + name[1..];
            var fieldPath = path.Length == 0 ? name : path + "." + name;
            var fieldOffset = offset + runtime.OffsetOf(field);
            if (field.GetCustomAttribute<FixedBufferAttribute>() is { } buffer)
                AddArray(buffer.ElementType, buffer.Length, fieldPath, fieldOffset, elements);
            else
                Add(field.FieldType, fieldPath, fieldOffset, elements);
        }
    }

    private void AddArray(Type element, int length, string path, int offset, int elements)
    {
        var size = runtime.SizeOf(element);
        if (LeafName(element) is { } leaf)
        {
            AddLine(offset, size * length, $"{leaf}[{length}]", path);
        }
        else if (elements * length > MaxElements)
        {
            if (!HasLeaves(element))
                return;

            AddLine(offset, size * length, $"struct[{length}]", path);
            Add(element, path + "[]", offset, elements);
        }
        else
        {
            for (var i = 0; i < length; i++)
                Add(element, $"{path}[{i}]", offset + (i * size), elements * length);
        }
    }

    private void AddLine(int offset, int size, string type, string path) =>
        _lines.Add((offset, string.Create(CultureInfo.InvariantCulture, $"{offset} {size} {type} {path}")));

    private static bool HasLeaves(Type type) => LeafName(type) is not null || Fields(type).Any(static field => HasLeaves(field.FieldType));

    private static string? LeafName(Type type)
    {
        if (type.IsEnum)
        {
            var values = type.GetFields(BindingFlags.Public | BindingFlags.Static)
                .OrderBy(static value => Convert.ToDecimal(value.GetRawConstantValue(), CultureInfo.InvariantCulture))
                .ThenBy(static value => value.Name, StringComparer.Ordinal)
                .Select(static value => string.Create(CultureInfo.InvariantCulture, $"{value.Name}={value.GetRawConstantValue()}"));
            return $"enum:{s_leaves[type.GetEnumUnderlyingType()]}({string.Join(",", values)})";
        }

        if (s_leaves.TryGetValue(type, out var name))
            return name;

        // Framework types go by their own names in lower case.
        return type.Assembly == typeof(object).Assembly && !type.IsGenericType || type == typeof(System.Numerics.Complex)
            ? type.Name.ToLowerInvariant()
            : null;
    }

    private static FieldInfo[] Fields(Type type) => type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic);
}

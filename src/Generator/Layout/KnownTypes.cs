namespace TypedShmQueue.Generator.Layout;

/// <summary>The types whose bytes are known without looking inside.</summary>
/// <remarks>
/// The fields of framework types cannot be read at compile time: reference assemblies show placeholders. So each is listed here, and a
/// test compares every row with the runtime. A type that is not listed is refused, never guessed.
/// </remarks>
internal static class KnownTypes
{
    private static readonly Dictionary<string, LeafLayout> s_primitives = new(StringComparer.Ordinal)
    {
        ["System.SByte"] = new("i8", 1, 1),
        ["System.Byte"] = new("u8", 1, 1),
        ["System.Int16"] = new("i16", 2, 2),
        ["System.UInt16"] = new("u16", 2, 2),
        ["System.Int32"] = new("i32", 4, 4),
        ["System.UInt32"] = new("u32", 4, 4),
        ["System.Int64"] = new("i64", 8, 8),
        ["System.UInt64"] = new("u64", 8, 8),
        ["System.Single"] = new("f32", 4, 4),
        ["System.Double"] = new("f64", 8, 8),
        ["System.Boolean"] = new("bool", 1, 1),
        ["System.Char"] = new("char", 2, 2),
        ["System.Decimal"] = new("decimal", 16, 8),
    };

    private static readonly Dictionary<string, LeafLayout> s_framework = new(StringComparer.Ordinal)
    {
        ["System.Guid"] = new("guid", 16, 4),
        ["System.DateTime"] = new("datetime", 8, 8),
        ["System.DateTimeOffset"] = new("datetimeoffset", 16, 8),
        ["System.TimeSpan"] = new("timespan", 8, 8),
        ["System.DateOnly"] = new("dateonly", 4, 4),
        ["System.TimeOnly"] = new("timeonly", 8, 8),
        ["System.Int128"] = new("int128", 16, 16),
        ["System.UInt128"] = new("uint128", 16, 16),
        ["System.Half"] = new("half", 2, 2),
        ["System.Text.Rune"] = new("rune", 4, 4),
        ["System.Index"] = new("index", 4, 4),
        ["System.Range"] = new("range", 8, 4),
        ["System.Numerics.Vector2"] = new("vector2", 8, 4),
        ["System.Numerics.Vector3"] = new("vector3", 12, 4),
        ["System.Numerics.Vector4"] = new("vector4", 16, 4),
        ["System.Numerics.Plane"] = new("plane", 16, 4),
        ["System.Numerics.Quaternion"] = new("quaternion", 16, 4),
        ["System.Numerics.Matrix3x2"] = new("matrix3x2", 24, 4),
        ["System.Numerics.Matrix4x4"] = new("matrix4x4", 64, 4),
        ["System.Numerics.Complex"] = new("complex", 16, 8),
    };

    private static readonly Dictionary<string, LeafLayout> s_texts = new(StringComparer.Ordinal)
    {
        ["TypedShmQueue.ShmText16"] = new("text16", 16, 1),
        ["TypedShmQueue.ShmText32"] = new("text32", 32, 1),
        ["TypedShmQueue.ShmText64"] = new("text64", 64, 1),
        ["TypedShmQueue.ShmText128"] = new("text128", 128, 1),
        ["TypedShmQueue.ShmText256"] = new("text256", 256, 1),
    };

    /// <summary>The built-in types of C#, by full metadata name.</summary>
    public static IReadOnlyDictionary<string, LeafLayout> Primitives => s_primitives;

    /// <summary>Framework types, by full metadata name.</summary>
    public static IReadOnlyDictionary<string, LeafLayout> Framework => s_framework;

    /// <summary>The runtime's own text types, by full metadata name.</summary>
    public static IReadOnlyDictionary<string, LeafLayout> Texts => s_texts;
}

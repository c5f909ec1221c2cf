using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace TypedShmQueue.Layout.Schema;

/// <summary>The type of a field, as the third word of its line says it.</summary>
/// <param name="Name">The type of one element; of an enum, its number's.</param>
/// <param name="IsArray">Whether a length stands behind it.</param>
/// <param name="ElementCount">The length, or 1.</param>
/// <param name="EnumMembers">An enum's names, in the order of the text; null for what is no enum.</param>
/// <param name="Serializer">What wrote the bytes of a serialized message, else null.</param>
internal sealed record SchemaType(
    string Name, bool IsArray, int ElementCount, IReadOnlyList<ShmSchemaEnumMember>? EnumMembers, string? Serializer)
{
    public const string Struct = "struct";
    public const string Serialized = "serialized";

    public override string ToString()
    {
        StringBuilder text = new();
        if (EnumMembers == null) text.Append(Name);
        else text.Append("enum:").Append(Name).Append('(')
            .AppendJoin(',', EnumMembers.Select(m => string.Create(CultureInfo.InvariantCulture, $"{m.Name}={m.Value}"))).Append(')');
        if (Serializer != null) text.Append(':').Append(Serializer);
        if (IsArray) text.Append(CultureInfo.InvariantCulture, $"[{ElementCount}]");
        return text.ToString();
    }
}

/// <summary>The bytes of each type that the grammar knows by name. docs/schema.md says how each is read.</summary>
internal static class SchemaTypeSizes
{
    private static readonly FrozenDictionary<string, int> s_sizes = new Dictionary<string, int>(StringComparer.Ordinal)
    {
        ["i8"] = 1, ["u8"] = 1, ["i16"] = 2, ["u16"] = 2, ["i32"] = 4, ["u32"] = 4, ["i64"] = 8, ["u64"] = 8,
        ["f32"] = 4, ["f64"] = 8, ["bool"] = 1, ["char"] = 2, ["decimal"] = 16,
        ["guid"] = 16, ["datetime"] = 8, ["datetimeoffset"] = 16, ["timespan"] = 8, ["dateonly"] = 4, ["timeonly"] = 8,
        ["int128"] = 16, ["uint128"] = 16, ["half"] = 2, ["rune"] = 4, ["index"] = 4, ["range"] = 8,
        ["vector2"] = 8, ["vector3"] = 12, ["vector4"] = 16, ["plane"] = 16, ["quaternion"] = 16,
        ["matrix3x2"] = 24, ["matrix4x4"] = 64, ["complex"] = 16,
        ["text16"] = 16, ["text32"] = 32, ["text64"] = 64, ["text128"] = 128, ["text256"] = 256,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>False for a type that only a newer library knows.</summary>
    public static bool TryGet(string type, out int size) => s_sizes.TryGetValue(type, out size);

    /// <summary>The least and the greatest value of the number below an enum; false if the type is no such number.</summary>
    public static bool TryGetRange(string type, out Int128 least, out Int128 greatest)
    {
        (least, greatest) = type switch
        {
            "i8" => (sbyte.MinValue, sbyte.MaxValue),
            "u8" => (byte.MinValue, byte.MaxValue),
            "i16" => (short.MinValue, short.MaxValue),
            "u16" => (ushort.MinValue, ushort.MaxValue),
            "i32" => (int.MinValue, int.MaxValue),
            "u32" => (uint.MinValue, uint.MaxValue),
            "i64" => (long.MinValue, long.MaxValue),
            "u64" => (ulong.MinValue, ulong.MaxValue),
            _ => ((Int128)1, (Int128)0),
        };
        return least <= greatest;
    }
}

using System.Globalization;
using System.Text;

namespace TypedShmQueue.Layout;

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

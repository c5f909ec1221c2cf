using System.Globalization;
using System.Text;

namespace TypedShmQueue.Generator.Layout;

/// <summary>The schema as text, which travels in the queue's header, and its hash, which tells two schemas apart at a glance.</summary>
internal static class SchemaText
{
    /// <summary>The most bytes the header of a queue has room for.</summary>
    public const int MaxBytes = 1 << 20;

    private const ulong FnvOffsetBasis = 14695981039346656037;
    private const ulong FnvPrime = 1099511628211;

    /// <summary>
    /// <c>tsq1 {message} {size}</c>, then <c>{offset} {size} {type} {path}</c> a leaf; each line ends in '\n'. Null if that takes more
    /// than <see cref="MaxBytes"/>.
    /// </summary>
    public static string? TryWrite(string messageName, long size, IReadOnlyList<SchemaField> fields)
    {
        var text = new StringBuilder();
        text.Append("tsq1 ").Append(messageName).Append(' ').Append(size.ToString(CultureInfo.InvariantCulture)).Append('\n');
        foreach (var field in fields)
        {
            text.Append(field.Offset.ToString(CultureInfo.InvariantCulture)).Append(' ')
                .Append(field.Size.ToString(CultureInfo.InvariantCulture)).Append(' ')
                .Append(field.Type).Append(' ').Append(field.Path).Append('\n');
            if (text.Length > MaxBytes)
                return null;
        }

        var schema = text.ToString();
        return Encoding.UTF8.GetByteCount(schema) <= MaxBytes ? schema : null;
    }

    /// <summary>
    /// A name as the schema can carry it: characters that separate the schema's words become '_'. C# has them only in the name of an
    /// explicitly implemented property, other languages anywhere.
    /// </summary>
    public static string Name(string name)
    {
        const string Separators = ".,=()[]\"";
        return name.All(IsAllowed) ? name : new string([.. name.Select(static letter => IsAllowed(letter) ? letter : '_')]);

        static bool IsAllowed(char letter) =>
            !char.IsControl(letter) && !char.IsWhiteSpace(letter) && !char.IsSurrogate(letter) && Separators.IndexOf(letter) < 0;
    }

    /// <summary>FNV-1a, 64 bits, over the UTF-8 bytes.</summary>
    public static ulong Hash(string schema)
    {
        var hash = FnvOffsetBasis;
        foreach (var value in Encoding.UTF8.GetBytes(schema))
            hash = unchecked((hash ^ value) * FnvPrime);
        return hash;
    }
}

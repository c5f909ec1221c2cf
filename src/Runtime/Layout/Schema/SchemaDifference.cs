using System.Globalization;
using System.Text;
using TypedShmQueue.Errors;

namespace TypedShmQueue.Layout.Schema;

/// <summary>Two schema texts, compared field by field for a person.</summary>
internal static class SchemaDifference
{
    private const int MostListed = 8;

    public static string Describe(string queueName, ReadOnlySpan<byte> queue, ReadOnlySpan<byte> type) =>
        $"The queue '{queueName}' holds messages that differ from this type: "
        + $"{List(queue, type, "the queue", "this type")}. "
        + $"Use the same message type in all programs, or another queue name for the new version.";

    /// <summary>What differs, one behind the other.</summary>
    /// <param name="there">The schema that was found.</param>
    /// <param name="here">The schema that was expected.</param>
    /// <param name="thereIs">What has the first one, such as "the queue".</param>
    /// <param name="hereIs">What has the second one, such as "this type".</param>
    public static string List(ReadOnlySpan<byte> there, ReadOnlySpan<byte> here, string thereIs, string hereIs)
    {
        Dictionary<string, string> inThere = Fields(there, out string thereHead);
        Dictionary<string, string> inHere = Fields(here, out string hereHead);
        List<string> differences = [];
        if (!string.Equals(thereHead, hereHead, StringComparison.Ordinal))
            differences.Add($"{thereIs} holds {thereHead}, {hereIs} is {hereHead}");
        foreach ((string path, string layout) in inThere)
        {
            if (!inHere.TryGetValue(path, out string? other))
                differences.Add($"field '{path}' is {layout} in {thereIs} and missing in {hereIs}");
            else if (!string.Equals(layout, other, StringComparison.Ordinal))
                differences.Add($"field '{path}' is {layout} in {thereIs} and {other} in {hereIs}");
        }

        foreach ((string path, string layout) in inHere)
        {
            if (!inThere.ContainsKey(path)) differences.Add($"field '{path}' is missing in {thereIs} and {layout} in {hereIs}");
        }

        if (differences.Count == 0) differences.Add("the fields are declared in another order");
        string rest = differences.Count > MostListed ? $"; and {differences.Count - MostListed} more" : "";
        return string.Join("; ", differences.Take(MostListed)) + rest;
    }

    private static Dictionary<string, string> Fields(ReadOnlySpan<byte> schema, out string head)
    {
        Dictionary<string, string> fields = new(StringComparer.Ordinal);
        head = "an unreadable schema";
        bool first = true;
        foreach (string line in Encoding.UTF8.GetString(schema).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = line.Split(' ', 4);
            if (first && parts.Length == 3) head = $"'{parts[1]}' of {Bytes(parts[2])}";
            else if (parts.Length == 4) fields[parts[3]] = $"{parts[2]} at offset {parts[0]} ({Bytes(parts[1])})";
            first = false;
        }

        return fields;
    }

    private static string Bytes(string count) =>
        long.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out long bytes) ? Counted.Bytes(bytes) : count + " bytes";
}

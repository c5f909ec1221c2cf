using System.Globalization;
using System.Text;
using TypedShmQueue.Errors;

namespace TypedShmQueue.Layout.Schema;

/// <summary>Two schema texts, compared field by field for a person.</summary>
internal static class SchemaDifference
{
    private const int MostListed = 8;

    public static string Describe(string queueName, ReadOnlySpan<byte> queue, ReadOnlySpan<byte> type)
    {
        Dictionary<string, string> inQueue = Fields(queue, out string queueHead);
        Dictionary<string, string> inType = Fields(type, out string typeHead);
        List<string> differences = [];
        if (!string.Equals(queueHead, typeHead, StringComparison.Ordinal))
            differences.Add($"the queue holds {queueHead}, this type is {typeHead}");
        foreach ((string path, string layout) in inQueue)
        {
            if (!inType.TryGetValue(path, out string? other))
                differences.Add($"field '{path}' is {layout} in the queue and missing in this type");
            else if (!string.Equals(layout, other, StringComparison.Ordinal))
                differences.Add($"field '{path}' is {layout} in the queue and {other} in this type");
        }

        foreach ((string path, string layout) in inType)
        {
            if (!inQueue.ContainsKey(path)) differences.Add($"field '{path}' is missing in the queue and {layout} in this type");
        }

        if (differences.Count == 0) differences.Add("the fields are declared in another order");
        string rest = differences.Count > MostListed ? $"; and {differences.Count - MostListed} more" : "";
        return $"The queue '{queueName}' holds messages that differ from this type: "
            + $"{string.Join("; ", differences.Take(MostListed))}{rest}. "
            + $"Use the same message type in all programs, or another queue name for the new version.";
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

using System.Buffers;

namespace TypedShmQueue.Tool.Messages;

/// <summary>Lines of comma-separated values, as RFC 4180 has them.</summary>
internal static class Csv
{
    private static readonly SearchValues<char> s_quoted = SearchValues.Create(",\"\r\n");

    public static void Write(TextWriter output, IEnumerable<string> values) => output.Write(string.Join(',', values.Select(Quote)) + "\r\n");

    private static string Quote(string value) =>
        value.AsSpan().ContainsAny(s_quoted) ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;
}

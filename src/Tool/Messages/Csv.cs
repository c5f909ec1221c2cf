using System.Buffers;
using TypedShmQueue.Tool.Shell;

namespace TypedShmQueue.Tool.Messages;

/// <summary>
/// Lines of comma-separated values, as RFC 4180 has them. Texts may come from anybody, and neither a terminal nor a spreadsheet runs them.
/// </summary>
internal static class Csv
{
    private static readonly SearchValues<char> s_quoted = SearchValues.Create(",\"\r\n");

    /// <summary>What a spreadsheet takes for the start of a formula.</summary>
    private static readonly SearchValues<char> s_formula = SearchValues.Create("=+-@\t\r\n＝＋－＠");

    public static void Write(TextWriter output, IEnumerable<(string Text, bool IsNumber)> cells) =>
        output.Write(string.Join(',', cells.Select(static cell => Quote(cell.IsNumber ? cell.Text : Inert(cell.Text)))) + "\r\n");

    private static string Inert(string text)
    {
        if (Screen.IsLive) text = Plain.Text(text);
        // The sign by which spreadsheets know text. It stands in no other case at the start of a cell, but where it is text itself.
        return text.Length > 0 && (s_formula.Contains(text[0]) || text[0] == '\'') ? "'" + text : text;
    }

    private static string Quote(string text) =>
        text.AsSpan().ContainsAny(s_quoted) ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
}

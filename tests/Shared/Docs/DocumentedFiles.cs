using System.Text.RegularExpressions;

namespace TypedShmQueue.Testing.Docs;

/// <summary>
/// The whole files that a page shows: fenced blocks whose first line is a comment with a path, <c>// Sender/Program.cs</c> or
/// <c>&lt;!-- Sender/Sender.csproj --&gt;</c>. Other blocks are fragments.
/// </summary>
public static partial class DocumentedFiles
{
    /// <summary>Path to content, in the order of the page. A path that is shown twice is an error of the page.</summary>
    public static IReadOnlyDictionary<string, string> Of(string page) =>
        Blocks().Matches(page).ToDictionary(block => block.Groups["path"].Value, block =>
            block.Groups["text"].Value, StringComparer.Ordinal);

    [GeneratedRegex("""
        ^```(csharp|xml|json)\n(?<text>(//\ |<!--\ )(?<path>[\w./-]+\.(cs|csproj|config|json))(\ -->)?\n.*?)^```$
        """, RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Blocks();
}

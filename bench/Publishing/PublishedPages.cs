using System.Text.RegularExpressions;

namespace TypedShmQueue.Bench.Publishing;

/// <summary>
/// The pages that publish figures. What stands between a table's two marks is written from <see cref="Results"/>, never by hand.
/// </summary>
internal static partial class PublishedPages
{
    public static readonly string[] Published = ["README.md", "docs/performance.md", "docs/full-run.md"];

    /// <summary>The page with its tables as they are today. Throws if it asks for one that does not exist.</summary>
    public static string Render(string page, Results results) => Marked().Replace(page, found =>
    {
        string name = found.Groups["name"].Value;
        return PublishedTables.All.TryGetValue(name, out Func<Results, string>? table)
            ? $"{found.Groups["open"].Value}\n\n{table(results)}\n<!-- end of table -->"
            : throw new InvalidDataException($"No table is called '{name}'; there are {string.Join(", ", PublishedTables.All.Keys)}.");
    });

    public static IEnumerable<string> TablesOf(string page) => Marked().Matches(page).Select(static found => found.Groups["name"].Value);

    /// <summary>What of the page is written by people.</summary>
    public static string WithoutTables(string page) => Marked().Replace(page, "");

    [GeneratedRegex("""(?<open><!-- table: (?<name>[a-z ]+) -->)\n.*?<!-- end of table -->""", RegexOptions.Singleline | RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex Marked();
}

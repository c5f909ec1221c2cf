using System.Text.RegularExpressions;
using TypedShmQueue.Testing.Docs;

namespace TypedShmQueue.Generator.Tests.Docs;

/// <summary>The examples of the pages, compiled with the generator as they stand.</summary>
public sealed partial class ExampleTests
{
    /// <summary>
    /// But for those that need other packages or another generator beside ours: tests/Package.Tests builds and runs them.
    /// </summary>
    public static TheoryData<string> PagesWithFiles => Pages.Where(static page =>
        Sources(page) is { Count: > 0 } files
            && !files.Values.Any(static file =>
                file.Contains("Host.Create", StringComparison.Ordinal)
                || file.Contains("JsonSerializerContext", StringComparison.Ordinal)));

    public static TheoryData<string> PagesWithSchemas => Pages.Where(static page => Schemas().IsMatch(page));

    [Theory, MemberData(nameof(PagesWithFiles))]
    public void The_programs_of_a_page_compile(string page)
    {
        foreach (var project in Projects(Sources(Pages.Read(page))))
            Documented.Compile(project).ShouldCompile();
    }

    [Theory, MemberData(nameof(PagesWithSchemas))]
    public void The_schema_shown_under_a_message_is_the_one_that_is_emitted(string page)
    {
        foreach (Match match in Schemas().Matches(Pages.Read(page)))
            Documented.Compile([match.Groups["source"].Value]).Schema.ShouldBe(match.Groups["schema"].Value);
    }

    private static Dictionary<string, string> Sources(string page) =>
        DocumentedFiles.Of(page).Where(static file => file.Key.EndsWith(".cs", StringComparison.Ordinal))
            .ToDictionary(StringComparer.Ordinal);

    /// <summary>
    /// A folder is a project, but for those called Shared: what is there, or in no folder, every project of the page compiles.
    /// </summary>
    private static IEnumerable<IEnumerable<string>> Projects(Dictionary<string, string> sources)
    {
        var folders = sources.ToLookup(static file =>
            Path.GetDirectoryName(file.Key) is { Length: > 0 } folder ? folder : "Shared", static file =>
                file.Value, StringComparer.Ordinal);
        return folders.Where(static folder => folder.Key is not "Shared").Select(folder => folder.Concat(folders["Shared"]));
    }

    /// <summary>A message, and the text of its schema right under it.</summary>
    [GeneratedRegex("""
        ^```csharp\n(?<source>(?:(?!^```).)*?)^```\n\n```text\n(?<schema>tsq[0-9]\ .*?)^```$
        """, RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace,
        matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Schemas();
}

using System.Text.RegularExpressions;

namespace TypedShmQueue.Generator.Tests.Docs;

/// <summary>A reader gets from every page to every other.</summary>
public sealed partial class LinkTests
{
    public static TheoryData<string> PagesWithLinks => Pages.Where(static page => Links().IsMatch(page));

    [Theory, MemberData(nameof(PagesWithLinks))]
    public void Every_link_leads_somewhere(string page)
    {
        var file = Pages.PathOf(page);
        var broken = Links().Matches(Pages.Read(page)).Select(static link => link.Groups["target"].Value)
            .Where(target => !Leads(file, target));

        broken.ShouldBeEmpty($"links of {page} that lead nowhere");
    }

    [Fact]
    public void The_index_names_every_page()
    {
        var folder = Pages.PathOf("docs");
        var named = Links().Matches(Pages.Read("docs/README.md")).Select(static link => link.Groups["target"].Value);

        Directory.GetFiles(folder, "*.md").Select(static page => Path.GetFileName(page)).Where(static page => page is not "README.md")
            .Except(named, StringComparer.Ordinal).ShouldBeEmpty("pages that docs/README.md does not name");
    }

    private static bool Leads(string from, string target)
    {
        var parts = target.Split('#');
        var to = parts[0].Length == 0 ? from : Path.Combine(Path.GetDirectoryName(from)!, parts[0]);
        if (!Path.Exists(to)) return false;
        return parts.Length == 1 || Headings().Matches(File.ReadAllText(to))
            .Any(heading => string.Equals(Anchor(heading.Groups["text"].Value), parts[1], StringComparison.Ordinal));
    }

    /// <summary>What a heading is called in a link: lower case, spaces as hyphens, other punctuation gone.</summary>
    private static string Anchor(string heading) =>
        string.Concat(heading.ToLowerInvariant().Where(static letter => char.IsLetterOrDigit(letter) || letter is ' ' or '-' or '_')
            .Select(static letter => letter is ' ' ? '-' : letter));

    /// <summary>Links into the repository; addresses elsewhere are not asked.</summary>
    [GeneratedRegex(@"\]\((?!https?:)(?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Links();

    [GeneratedRegex("^#+ (?<text>.*)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Headings();
}

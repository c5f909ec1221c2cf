using System.Text.RegularExpressions;

namespace TypedShmQueue.Generator.Tests.Docs;

/// <summary>Readers search the FAQ for the words of their error, so a heading in quotes must be words that an error has.</summary>
public sealed partial class ErrorTextTests
{
    [Fact]
    public void Every_quoted_heading_of_the_faq_is_part_of_an_error()
    {
        var texts = string.Join('\n', Directory.EnumerateFiles(Pages.PathOf("src"), "*.cs", SearchOption.AllDirectories)
            .Select(static file => Values().Replace(Joints().Replace(File.ReadAllText(file), ""), "#")));
        var quoted = Quotes().Matches(string.Join('\n', Headings().Matches(Pages.Read("docs/faq.md")).Select(static m => m.Value)))
            .Select(static m => m.Groups["text"].Value).ToArray();

        quoted.Length.ShouldBeGreaterThan(8);
        quoted.Where(text => !texts.Contains(Examples().Replace(text, "#"), StringComparison.Ordinal))
            .ShouldBeEmpty("headings of docs/faq.md that no error contains");
    }

    [GeneratedRegex("^### .*$", RegexOptions.Multiline, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Headings();

    /// <summary>Between two literals that are one text.</summary>
    [GeneratedRegex("\" \\+\\s*\\$?\"|\"\\s*\\+ \\$?\"", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Joints();

    [GeneratedRegex("\"(?<text>[^\"]+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Quotes();

    /// <summary>What an interpolated string takes from the call.</summary>
    [GeneratedRegex(@"\{[^{}\n]*\}", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Values();

    /// <summary>The queue and the numbers that stand for any in the FAQ.</summary>
    [GeneratedRegex(@"\btrades\b|\b\d+\b", RegexOptions.None, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Examples();
}

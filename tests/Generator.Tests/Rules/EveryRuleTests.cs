using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using TypedShmQueue.Generator.Diagnostics;

namespace TypedShmQueue.Generator.Tests.Rules;

/// <summary>What holds for every rule.</summary>
public sealed class EveryRuleTests
{
    public static TheoryData<string> Ids => [.. AnalyzerRun.Rules.Select(static rule => rule.Id)];

    [Theory, MemberData(nameof(Ids))]
    public void Has_a_page(string id)
    {
        var rule = AnalyzerRun.Rules.Single(rule => string.Equals(rule.Id, id, StringComparison.Ordinal));
        var page = File.ReadAllText(Path.Combine(Repository(), "docs", "diagnostics", id + ".md"));

        page.ShouldStartWith($"# {id}: {rule.Title}");
        page.ShouldContain("## Why");
        page.ShouldContain("## What to do");
    }

    /// <summary>
    /// The folder comes from one property of the build, which is empty until the project has a home: no link is better than a dead one.
    /// </summary>
    [Theory, MemberData(nameof(Ids))]
    public void Has_the_help_link_that_the_build_was_given(string id)
    {
        var rule = AnalyzerRun.Rules.Single(rule => string.Equals(rule.Id, id, StringComparison.Ordinal));
        var folder = HelpLink.Folder(typeof(HelpLink).Assembly);

        rule.HelpLinkUri.ShouldBe(folder.Length == 0 ? "" : folder + id + ".md");
    }

    [Fact]
    public void A_help_link_is_made_of_the_folder_of_the_pages()
    {
        HelpLink.In("https://example.org/queue/docs/", "TSQ001").ShouldBe("https://example.org/queue/docs/TSQ001.md");
        HelpLink.In("", "TSQ001").ShouldBeNull();
    }

    [Fact]
    public void Has_an_id_of_its_own() => AnalyzerRun.Rules.Select(static rule => rule.Id).ShouldBeUnique(StringComparer.Ordinal);

    [Fact]
    public void A_fix_is_for_a_rule_that_exists() =>
        FixRun.FixableIds.Except(AnalyzerRun.Rules.Select(static rule => rule.Id), StringComparer.Ordinal).ShouldBeEmpty();

    [Fact]
    public async Task A_pragma_silences_the_squiggle_and_the_queue_stays_away()
    {
        const string Source =
            """
            #pragma warning disable TSQ005
            [TypedShmQueue.ShmQueue] struct M { }
            """;

        (await AnalyzerRun.Of(Source)).ShouldBeEmpty();
        GeneratorRun.Of(Source).Sources.ShouldBeEmpty();
        GeneratorRun.Of(Source).Diagnostics.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_pragma_silences_a_misuse() => (await AnalyzerRun.Of(Misuse.Replace(
        "queue.TryEnqueue", "\n#pragma warning disable TSQ023\nqueue.TryEnqueue", StringComparison.Ordinal))).ShouldBeEmpty();

    [Theory]
    [InlineData("none", null)]
    [InlineData("suggestion", DiagnosticSeverity.Info)]
    [InlineData("warning", DiagnosticSeverity.Warning)]
    [InlineData("error", DiagnosticSeverity.Error)]
    public async Task An_editorconfig_sets_the_severity(string severity, DiagnosticSeverity? expected)
    {
        var compilation = TestCompilation.Create(Misuse)
            .WithEditorConfig($"root = true\n[*.cs]\ndotnet_diagnostic.TSQ023.severity = {severity}\n");

        var severities = (await AnalyzerRun.Of(compilation)).Select(static diagnostic => diagnostic.Severity);

        severities.ShouldBe(expected is { } one ? [one] : []);
    }

    private const string Misuse =
        """
        [TypedShmQueue.ShmQueue] internal record struct Ping(int Number);
        internal static class User { internal static void Send(PingQueue queue) { queue.TryEnqueue(new Ping(1)); } }
        """;

    [Fact]
    public async Task Every_reason_is_said_at_once()
    {
        var diagnostics = await AnalyzerRun.Of(
            """
            #pragma warning disable CS0649
            [TypedShmQueue.ShmQueue(Capacity = 3, QueueName = "-")]
            unsafe struct M { public string Text; public void* Address; public int Number; }
            """);

        diagnostics.Select(static diagnostic => diagnostic.Id).ShouldBe(["TSQ001", "TSQ002", "TSQ007", "TSQ009"]);
        diagnostics.ShouldAllBe(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
    }

    private static string Repository([CallerFilePath] string file = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", ".."));
}

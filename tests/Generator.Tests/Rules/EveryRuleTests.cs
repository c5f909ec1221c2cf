using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using TypedShmQueue.Generator.Analyzers;

namespace TypedShmQueue.Generator.Tests.Rules;

/// <summary>What holds for every rule.</summary>
public sealed class EveryRuleTests
{
    public static TheoryData<string> Ids => [.. new MessageAnalyzer().SupportedDiagnostics.Select(static rule => rule.Id)];

    [Theory, MemberData(nameof(Ids))]
    public void Has_a_page_that_its_help_link_names(string id)
    {
        var rule = new MessageAnalyzer().SupportedDiagnostics.Single(rule => string.Equals(rule.Id, id, StringComparison.Ordinal));
        var page = File.ReadAllText(Path.Combine(Repository(), "docs", "diagnostics", id + ".md"));

        rule.HelpLinkUri.ShouldEndWith($"/docs/diagnostics/{id}.md");
        page.ShouldStartWith($"# {id}: {rule.Title}");
        page.ShouldContain("## Why");
        page.ShouldContain("## What to do");
    }

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
    }

    [Fact]
    public async Task Every_reason_is_said_at_once()
    {
        var diagnostics = await AnalyzerRun.Of(
            """
            #pragma warning disable CS0649
            [TypedShmQueue.ShmQueue(Capacity = 3, QueueName = "-")] unsafe struct M { public string Text; public void* Address; public int Number; }
            """);

        diagnostics.Select(static diagnostic => diagnostic.Id).ShouldBe(["TSQ001", "TSQ002", "TSQ007", "TSQ009"]);
        diagnostics.ShouldAllBe(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error);
    }

    private static string Repository([CallerFilePath] string file = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, "..", "..", ".."));
}

using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;
using TypedShmQueue.CodeFixes;
using TypedShmQueue.Generator.Tests.Docs;

namespace TypedShmQueue.Generator.Tests.Rules;

/// <summary>The index of the rules' pages has a row for each rule. With UPDATE_GOLDEN=1 its table is rewritten.</summary>
public sealed class IndexTests
{
    private const string Index = "docs/diagnostics/README.md";
    private const string Head = "| rule | severity | what | fix |\n|---|---|---|---|\n";

    [Fact]
    public void The_index_has_a_row_for_each_rule()
    {
        var page = Pages.Read(Index);
        var start = page.IndexOf(Head, StringComparison.Ordinal);
        start.ShouldBeGreaterThanOrEqualTo(0, $"{Index} has no table that begins with:\n{Head}");
        var end = page.IndexOf("\n\n", start, StringComparison.Ordinal) + 1;
        var table = Table();

        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") is "1")
            File.WriteAllText(Pages.PathOf(Index), page = page[..start] + table + page[end..]);
        else page[start..end].ShouldBe(table, "set UPDATE_GOLDEN=1 to rewrite the table");
    }

    private static string Table()
    {
        var repaired = Instances<CodeFixProvider>(typeof(CapacityFix)).SelectMany(static fix => fix.FixableDiagnosticIds)
            .ToHashSet(StringComparer.Ordinal);
        var table = new StringBuilder(Head);
        foreach (var rule in Instances<DiagnosticAnalyzer>(typeof(QueueGenerator))
            .SelectMany(static analyzer => analyzer.SupportedDiagnostics)
            .DistinctBy(static rule => rule.Id, StringComparer.Ordinal).OrderBy(static rule => rule.Id, StringComparer.Ordinal))
        {
            table.Append(CultureInfo.InvariantCulture,
                $"| [{rule.Id}]({rule.Id}.md) | {Severity(rule)} | {rule.Title} | {(repaired.Contains(rule.Id) ? "yes" : "")} |\n");
        }

        return table.ToString();
    }

    private static string Severity(DiagnosticDescriptor rule) => rule.DefaultSeverity switch
    {
        DiagnosticSeverity.Error => "error",
        DiagnosticSeverity.Warning => "warning",
        _ => "info",
    };

    private static IEnumerable<T> Instances<T>(Type neighbour) =>
        neighbour.Assembly.GetTypes().Where(static type => typeof(T).IsAssignableFrom(type) && !type.IsAbstract)
            .Select(static type => (T)Activator.CreateInstance(type)!);
}

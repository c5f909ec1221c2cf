using System.Globalization;
using System.Text;
using TypedShmQueue.Bench.Contestants;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Scenarios;

namespace TypedShmQueue.Bench.Reporting;

/// <summary>A run as Markdown, for a page that is kept: a table for each cell, ours in bold.</summary>
internal static class MarkdownTables
{
    public static string Write(string directory, MachineFacts machine, IReadOnlyList<CellResult> results)
    {
        StringBuilder text = new();
        void Add(string line) => text.Append(line).Append('\n');
        Add(machine.ToString(CultureInfo.InvariantCulture));
        foreach (IGrouping<string, CellResult> scenario in results.GroupBy(r => r.Cell.Scenario, StringComparer.Ordinal))
        {
            Add($"\n## {char.ToUpperInvariant(scenario.Key[0])}{scenario.Key[1..]}");
            foreach (CellResult result in scenario)
            {
                string[] headings = Tables.Headings(result.Cell);
                Add($"\n### {result.Cell.Title}\n\nCores: {CoreState.Of(result.Rounds)}.\n");
                Add(Line(headings));
                Add(Line(headings.Select((_, i) => i == 0 ? "---" : "--:")));
                foreach (Result row in result.Results) Add(Line(Tables.Row(result, row).Select(cell => Dress(row, cell))));
            }
        }

        string path = Path.Combine(directory, "tables.md");
        File.WriteAllText(path, text.ToString());
        return path;
    }

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    private static string Dress(Result row, string cell) => row.Contestant.Standing == Standing.Ours ? $"**{cell}**" : cell;
}

using Spectre.Console;
using TypedShmQueue.Bench.Contestants;
using TypedShmQueue.Bench.Scenarios;

namespace TypedShmQueue.Bench.Reporting;

/// <summary>A cell as a table on the terminal.</summary>
internal static class Tables
{
    public static void Write(IAnsiConsole console, CellResult result)
    {
        Cell cell = result.Cell;
        bool hasQuantiles = cell.Unit == Unit.Nanoseconds;
        Table table = new Table().Border(TableBorder.Simple).Title($"[bold]{cell.Scenario}: {Markup.Escape(cell.Title)}[/]");
        _ = table.AddColumn("contestant");
        string[] figures = hasQuantiles ? ["p50", "min", "max", "÷ floor", "p90", "p99", "p99.9", "worst"] : ["median", "min", "max", "÷ floor"];
        foreach (string figure in figures) _ = table.AddColumn(new TableColumn(figure).RightAligned());
        foreach (Result row in result.Results) _ = table.AddRow([.. Row(result, row, hasQuantiles).Select(text => new Markup(Dress(row, text)))]);
        console.Write(table);
    }

    private static IEnumerable<string> Row(CellResult result, Result row, bool hasQuantiles)
    {
        Unit unit = result.Cell.Unit;
        if (row.Error != null) return [row.Contestant.Name, row.Error];
        string ratio = result.Floor is { } floor ? Figures.Ratio(row.Figures.Median / floor.Figures.Median) : "-";
        string[] cells = [row.Contestant.Name, Figures.Text(unit, row.Figures.Median), Figures.Text(unit, row.Figures.Min), Figures.Text(unit, row.Figures.Max), ratio];
        return hasQuantiles ? cells.Concat(Runner.Quantiles.Skip(1).Select(q => Figures.Text(unit, row.Quantiles[q.Name].Median))) : cells;
    }

    private static string Dress(Result row, string text) => row switch
    {
        { Error: not null } => $"[red]{Markup.Escape(text)}[/]",
        { Contestant.Standing: Standing.Ours } => $"[bold]{Markup.Escape(text)}[/]",
        { Contestant.Standing: Standing.Floor } => $"[grey]{Markup.Escape(text)}[/]",
        _ => Markup.Escape(text),
    };
}

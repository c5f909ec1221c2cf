using Spectre.Console;
using TypedShmQueue.Bench.Contestants;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Scenarios;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Reporting;

/// <summary>A cell as a table.</summary>
internal static class Tables
{
    private static readonly string[] s_clocked = ["contestant", "p50", "min", "max", "÷ floor", "p90", "p99", "p99.9", "worst"];
    private static readonly string[] s_counted = ["contestant", "median", "min", "max", "÷ floor"];
    private static readonly string[] s_killed = ["contestant", "longest gap, p50", "largest", .. KillTotals.Headings];

    public static string[] Headings(Cell cell) => cell switch
    {
        { Activity: Activity.Kill } => s_killed,
        { Unit: Unit.Nanoseconds } => s_clocked,
        _ => s_counted,
    };

    /// <summary>Medians over the rounds; min and max are those of the rounds' medians.</summary>
    public static IEnumerable<string> Row(CellResult result, Result row)
    {
        Unit unit = result.Cell.Unit;
        if (row.Error != null) return [row.Contestant.Name, row.Error];
        if (row.Kills is { } kills)
            return [row.Contestant.Name, Figures.Text(unit, row.Figures.Median), Figures.Text(unit, row.Figures.Max), .. kills.Texts];
        string[] cells =
        [
            row.Contestant.Name, Figures.Text(unit, row.Figures.Median), Figures.Text(unit, row.Figures.Min), Figures.Text(unit, row.Figures.Max),
            Figures.Ratio(result.RatioToFloor(row)),
        ];
        return unit == Unit.Nanoseconds ? cells.Concat(Runner.Quantiles.Skip(1).Select(q => Figures.Text(unit, row.Quantiles[q.Name].Median))) : cells;
    }

    public static void Write(IAnsiConsole console, CellResult result)
    {
        string[] headings = Headings(result.Cell);
        Table table = new Table().Border(TableBorder.Simple).Title($"[bold]{Markup.Escape($"{result.Cell.Scenario}: {result.Cell.Title} (cores: {CoreState.Of(result.Rounds)})")}[/]");
        _ = table.AddColumn(new TableColumn(headings[0]).NoWrap());
        foreach (string heading in headings.Skip(1)) _ = table.AddColumn(new TableColumn(heading).RightAligned().NoWrap().Padding(1, 0));
        foreach (Result row in result.Results) _ = table.AddRow([.. Row(result, row).Select(text => new Markup(Dress(row, text)))]);
        console.Write(table);
    }

    private static string Dress(Result row, string text) => row switch
    {
        { Error: not null } => $"[red]{Markup.Escape(text)}[/]",
        { Contestant.Standing: Standing.Ours } => $"[bold]{Markup.Escape(text)}[/]",
        { Contestant.Standing: Standing.Floor } => $"[grey]{Markup.Escape(text)}[/]",
        _ => Markup.Escape(text),
    };
}

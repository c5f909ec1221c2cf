using System.Globalization;
using Spectre.Console;
using TypedShmQueue.Bench.Contestants;
using TypedShmQueue.Bench.Reporting;
using TypedShmQueue.Bench.Scenarios;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench;

/// <summary>One run from the command line: plays the cells with progress shown, then reports.</summary>
internal static class Session
{
    public static async Task<int> Run(string scenario, bool peers, bool quick, string only, CancellationToken cancellationToken)
    {
        IAnsiConsole console = Open();
        MachineFacts machine = MachineFacts.Read();
        console.WriteLine(machine.ToString(CultureInfo.InvariantCulture));
        if (peers)
        {
            foreach (string skipped in Roster.PreparePeers()) console.WriteLine(skipped);
        }

        IReadOnlyList<Cell> cells = [.. new Plan(peers, quick).Cells(scenario)
            .Where(c => c.Title.Contains(only, StringComparison.OrdinalIgnoreCase))];
        List<CellResult> results = [];
        using Crew crew = new();
        await console.Progress().HideCompleted(true).StartAsync(async progress =>
        {
            int steps = cells.Sum(c => Runner.Participants(c).Count() * (c.Rounds + 1));
            ProgressTask bar = progress.AddTask(scenario, maxValue: steps);
            Runner runner = new(crew, (cell, contestant) =>
            {
                bar.Description = Markup.Escape($"{cell.Scenario}: {cell.Title} - {contestant.Name}");
                bar.Increment(1);
            });
            foreach (Cell cell in cells) results.Add(await runner.Play(cell, cancellationToken).ConfigureAwait(false));
        }).ConfigureAwait(false);

        foreach (CellResult result in results) Tables.Write(console, result);
        _ = Directory.CreateDirectory(Places.Results);
        console.WriteLine($"Results: {ResultFile.Write(Places.Results, machine, results)}");
        console.WriteLine($"Page:    {Page.Write(Places.Results, machine, results, Plots.Write(Places.Results, results))}");
        console.WriteLine($"Tables:  {MarkdownTables.Write(Places.Results, machine, results)}");
        return results.Any(r => r.Results.Any(c => c.Error != null)) ? 1 : 0;
    }

    /// <summary>A file or a pipe gets no escape sequences, and has no width to keep to.</summary>
    private static IAnsiConsole Open()
    {
        if (!Console.IsOutputRedirected) return AnsiConsole.Console;
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.No, ColorSystem = ColorSystemSupport.NoColors, Interactive = InteractionSupport.No,
        });
        console.Profile.Width = Math.Max(console.Profile.Width, 140);
        return console;
    }
}

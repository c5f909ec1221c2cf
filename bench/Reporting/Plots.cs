using System.Globalization;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Scenarios;

namespace TypedShmQueue.Bench.Reporting;

/// <summary>The plots of a run: percentiles of each clocked cell, throughput over message size and over capacity.</summary>
internal static class Plots
{
    /// <summary>The shares on the percentile axis, evenly apart by the number of nines.</summary>
    private static readonly (double Share, string Text)[] s_shares =
        [(0, "min"), (0.5, "50 %"), (0.9, "90 %"), (0.99, "99 %"), (0.999, "99.9 %"), (0.9999, "99.99 %")];

    /// <returns>The files written.</returns>
    public static IReadOnlyList<string> Write(string directory, IReadOnlyList<CellResult> results)
    {
        List<string> files = [];
        void Save(string name, string svg)
        {
            files.Add(Path.Combine(directory, name + ".svg"));
            File.WriteAllText(files[^1], svg);
        }

        foreach (CellResult result in results.Where(r => r.Results.Any(row => row.Histogram is { TotalCount: > 0 })))
            Save(FileName($"{result.Cell.Scenario} {result.Cell.Title}"), Percentiles(result));
        Sweep("throughput-by-size", "Throughput by message size", "message size ", c => c.MessageSize);
        Sweep("throughput-by-capacity", "Throughput by capacity, 64 B", "capacity ", c => c.Capacity);
        return files;

        void Sweep(string name, string title, string prefix, Func<Cell, int> x)
        {
            CellResult[] cells = [.. results.Where(r => r.Cell.Title.StartsWith(prefix, StringComparison.Ordinal))];
            if (cells.Length > 1) Save(name, Throughput(title, cells, x));
        }
    }

    /// <summary>Each cell's own: a scenario may have several.</summary>
    private static string FileName(string cell) => string.Join('-', cell.Split([' ', ',', ':', '/'], StringSplitOptions.RemoveEmptyEntries));

    private static string Percentiles(CellResult result)
    {
        LinePlot plot = new($"{result.Cell.Scenario}: {result.Cell.Title}", [.. s_shares.Select(s => (Nines(s.Share), s.Text))], "time, by share of all messages",
            y => Figures.Text(Unit.Nanoseconds, y));
        return plot.Draw([.. result.Results.Where(r => r.Histogram is { TotalCount: > 0 }).Select(r => new PlotLine(r.Contestant.Name,
            [.. s_shares.Select(s => (Nines(s.Share), Math.Max(1.0, r.Histogram!.Quantile(s.Share))))]))]);
    }

    private static string Throughput(string title, CellResult[] cells, Func<Cell, int> x)
    {
        LinePlot plot = new(title, [.. cells.Select(c => (Math.Log2(x(c.Cell)), x(c.Cell).ToString(CultureInfo.InvariantCulture)))], "messages a second",
            y => Figures.Text(Unit.PerSecond, y));
        IEnumerable<IGrouping<string, (string Name, double X, double Y)>> byName = cells
            .SelectMany(c => c.Results.Where(r => r.Figures.Median > 0).Select(r => (r.Contestant.Name, X: Math.Log2(x(c.Cell)), Y: r.Figures.Median)))
            .GroupBy(p => p.Name, StringComparer.Ordinal);
        return plot.Draw([.. byName.Select(g => new PlotLine(g.Key, [.. g.Select(p => (p.X, p.Y))]))]);
    }

    private static double Nines(double share) => -Math.Log10(1 - share);
}

using System.Globalization;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Reporting;

namespace TypedShmQueue.Bench.Publishing;

/// <summary>
/// A run of this harness becomes part of what is published. The rounds of a cell are put apart by how the cores lay in them: a median over
/// both states would be the speed of neither.
/// </summary>
internal static class Import
{
    private const string Queue = "one/one";

    /// <summary>A median of fewer is one round's figure, or the middle of two.</summary>
    private const int FewestRounds = 3;

    public static PublishedRun Of(Run run, string name)
    {
        PublishedCell[] cells = [.. run.Cells.SelectMany(ByState)];
        return new PublishedRun(
            name, $"bench -- {name}", $"{run.Machine.Processor}, {run.Machine.Cores} cores · {run.Machine.System} · {run.Machine.Runtime}",
            run.Machine.At.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture), run.Machine.Commit,
            [.. cells, .. cells.SelectMany(static cell => Derived(cell))]);
    }

    private static IEnumerable<PublishedCell> ByState(RunCell cell) =>
        cell.Rounds.Select(static (cores, round) => (cores, round)).GroupBy(static one => one.cores, static one => one.round)
            .Where(static rounds => rounds.Count() >= FewestRounds)
            .Select(rounds => Part(cell, rounds.Key, [.. rounds]));

    private static PublishedCell Part(RunCell cell, Cores cores, int[] rounds)
    {
        RunRow? floor = cell.Contestants.FirstOrDefault(static row => Results.Is(row.Standing, "Floor") && row.Error == null);
        RunRow? queue = cell.Contestants.FirstOrDefault(static row => Results.Is(row.Name, Queue) && row.Error == null);
        // Beside the queue, broadcast is compared with it, where the cell has it and is of broadcast.
        RunRow? least = floor ?? (Results.Is(cell.Scenario, "broadcast") ? queue : null);
        return new PublishedCell(cell.Scenario, cell.Title, cell.Unit, cores, rounds.Length,
            [.. cell.Contestants.Select(row => Row(row, least, rounds))]);
    }

    private static PublishedRow Row(RunRow row, RunRow? floor, int[] rounds)
    {
        if (row.Error != null) return new PublishedRow(row.Name, row.Standing, Error: row.Error);
        Series figures = Of(row.Rounds, rounds);
        Series? ratios = floor == null ? null
            : new Series([.. figures.Rounds.Zip(Of(floor.Rounds, rounds).Rounds, static (figure, least) => figure / least)]);
        return new PublishedRow(
            row.Name, row.Standing, Kept(figures.Median), Kept(figures.Min), Kept(figures.Max), ratios == null ? null
                : Kept(ratios.Median), null,
            row.PercentilesOfRounds?.Where(static one => one.Key is not "p50").ToDictionary(static one => one.Key,
                one => Kept(Of(one.Value, rounds).Median) ?? 0, StringComparer.Ordinal),
            Kills: row.Kills);
    }

    /// <summary>What two tables compare in another way: slots with the bare line alone, broadcast with the queue.</summary>
    private static IEnumerable<PublishedCell> Derived(PublishedCell cell)
    {
        if (Results.Is(cell.Scenario, "latency")) yield return cell with { Scenario = "slots" };
        if (!Results.Is(cell.Scenario, "broadcast")) yield break;
        if (cell.Title.StartsWith("sent by", StringComparison.Ordinal)) yield return cell with { Scenario = "subscribers" };
        else if (cell.Find(Queue)?.Ratio is { } queue)
            yield return cell with { Scenario = "broadcast beside the queue",
                Rows = [.. cell.Rows.Select(row => row with { Ratio = row.Ratio / queue })] };
    }

    private static Series Of(IReadOnlyList<double> all, int[] rounds) =>
        new([.. rounds.Where(round => round < all.Count).Select(round => all[round])]);

    private static double? Kept(double value) =>
        double.IsFinite(value) ? double.Parse(value.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : null;
}

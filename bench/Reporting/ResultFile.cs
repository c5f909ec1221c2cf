using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Scenarios;

namespace TypedShmQueue.Bench.Reporting;

/// <summary>A run as JSON, to be kept and compared: every round's figure, and the percentiles.</summary>
internal static class ResultFile
{
    public static string Write(string directory, MachineFacts machine, IEnumerable<CellResult> results)
    {
        Run run = new(machine, [.. results.Select(ToPart)]);
        string path = Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"bench-{machine.At:yyyyMMdd-HHmmss}.json"));
        File.WriteAllText(path, JsonSerializer.Serialize(run, RunJson.Default.Run));
        return path;
    }

    public static Run Read(string path) =>
        JsonSerializer.Deserialize(File.ReadAllText(path), RunJson.Default.Run) ?? throw new InvalidDataException($"'{path}' holds no run.");

    private static RunCell ToPart(CellResult result) => new(
        result.Cell.Scenario, result.Cell.Title, result.Cell.Unit, result.Cell.Producers, result.Cell.Consumers, result.Cell.MessageSize, result.Cell.Batch, result.Cell.Capacity,
        [.. result.Rounds],
        [.. result.Results.Select(r => new RunRow(
            r.Contestant.Name, r.Contestant.Standing.ToString(), r.Figures.Rounds, Number(r.Figures.Median), Number(result.RatioToFloor(r)),
            r.Histogram == null ? null : r.Quantiles.ToDictionary(q => q.Key, q => q.Value.Median),
            r.Histogram == null ? null : r.Quantiles.ToDictionary(q => q.Key, q => q.Value.Rounds), r.Error, r.Kills))]);

    private static double? Number(double value) => double.IsFinite(value) ? value : null;
}

internal sealed record Run(MachineFacts Machine, RunCell[] Cells);

internal sealed record RunCell(
    string Scenario, string Title, Unit Unit, int Producers, int Consumers, int MessageSize, int Batch, int Capacity, Cores[] Rounds, RunRow[] Contestants);

internal sealed record RunRow(
    string Name, string Standing, IReadOnlyList<double> Rounds, double? Median, double? RatioToFloor, Dictionary<string, double>? Percentiles,
    Dictionary<string, IReadOnlyList<double>>? PercentilesOfRounds, string? Error, KillTotals? Kills = null);

[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Run))]
internal sealed partial class RunJson : JsonSerializerContext;

using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using TypedShmQueue.Bench.Measuring;

namespace TypedShmQueue.Bench.Publishing;

/// <summary>
/// Every figure that the pages publish, in one file that is kept with them: docs/performance.json. The tables of README.md,
/// docs/performance.md and docs/full-run.md are written from it and nothing else.
/// </summary>
internal sealed record Results(IReadOnlyList<PublishedRun> Runs)
{
    public const string Path = "docs/performance.json";

    public static Results Read(string repository) =>
        JsonSerializer.Deserialize(File.ReadAllText(System.IO.Path.Combine(repository, Path)), ResultsJson.Default.Results)
        ?? throw new InvalidDataException($"{Path} is empty.");

    public void Write(string repository) => File.WriteAllText(System.IO.Path.Combine(repository, Path), ToJson());

    /// <summary>One line for each row, so that a figure that changes is a line that changes.</summary>
    public string ToJson()
    {
        using MemoryStream bytes = new();
        using (Utf8JsonWriter json = new(bytes,
            new JsonWriterOptions { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteStartArray("runs");
            foreach (PublishedRun run in Runs) Write(json, run);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(bytes.ToArray()) + "\n";
    }

    public PublishedRun Run(string name) =>
        Runs.FirstOrDefault(run => Is(run.Name, name)) ?? throw new InvalidDataException($"{Path} has no run '{name}'.");

    /// <summary>What was measured under that title, once for each state of the machine that was met; near first.</summary>
    public IReadOnlyList<PublishedCell> Cells(string scenario, string title)
    {
        PublishedCell[] cells = [.. Runs.SelectMany(static run => run.Cells).Where(cell => Is(cell.Scenario, scenario)
            && Is(cell.Title, title)).OrderBy(static cell => cell.Cores)];
        return cells.Length > 0 ? cells : throw new InvalidDataException($"{Path} has no cell '{title}' of '{scenario}'.");
    }

    /// <summary>
    /// With this run in it, in place of what else it has of the same cells: in the same state of the machine, or in one that does not tell.
    /// A machine may be in one state for hours, so the other one's figures stay.
    /// </summary>
    public Results With(PublishedRun run)
    {
        HashSet<(string, string)> renewed = [.. run.Cells.Select(static cell => (cell.Scenario, cell.Title))];
        HashSet<(string, string, Cores)> same = [.. run.Cells.Select(static cell => (cell.Scenario, cell.Title, cell.Cores))];
        IEnumerable<PublishedRun> others = Runs
            .Select(other => other with { Cells = [.. other.Cells.Where(cell => !renewed.Contains((cell.Scenario, cell.Title))
                || (cell.Cores is Cores.Near or Cores.Far && !same.Contains((cell.Scenario, cell.Title, cell.Cores))))] })
            .Where(static other => other.Cells.Count > 0);
        return new Results([run, .. others]);
    }

    public static bool Is(string one, string other) => string.Equals(one, other, StringComparison.Ordinal);

    private static void Write(Utf8JsonWriter json, PublishedRun run)
    {
        json.WriteStartObject();
        json.WriteString("name", run.Name);
        json.WriteString("command", run.Command);
        json.WriteString("machine", run.Machine);
        json.WriteString("at", run.At);
        if (run.Commit != null) json.WriteString("commit", run.Commit);
        json.WriteStartArray("cells");
        foreach (PublishedCell cell in run.Cells) Write(json, cell);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, PublishedCell cell)
    {
        json.WriteStartObject();
        json.WriteString("scenario", cell.Scenario);
        json.WriteString("title", cell.Title);
        json.WriteString("unit", cell.Unit.ToString());
        json.WriteString("cores", cell.Cores.ToString());
        if (cell.Rounds is { } rounds) json.WriteNumber("rounds", rounds);
        json.WriteStartArray("rows");
        // A line for each: what is written raw is not indented.
        foreach (PublishedRow row in cell.Rows) json.WriteRawValue("\n            " + JsonSerializer.Serialize(row, s_json.PublishedRow));
        json.WriteEndArray();
        json.WriteEndObject();
    }

    // As people read it: names hold symbols that the default encoder would write as escapes.
    private static readonly ResultsJson s_json =
        new(new JsonSerializerOptions(ResultsJson.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}

/// <param name="Name">By which the tables find it.</param>
/// <param name="Command">What was run.</param>
/// <param name="Machine">Where.</param>
/// <param name="At">When.</param>
/// <param name="Commit">Of which tree, if it was written down.</param>
/// <param name="Cells">What came out.</param>
internal sealed record PublishedRun(string Name, string Command, string Machine, string At, string? Commit,
    IReadOnlyList<PublishedCell> Cells);

/// <param name="Scenario">Its part of the run.</param>
/// <param name="Title">What was measured.</param>
/// <param name="Unit">What its figures are.</param>
/// <param name="Cores">How the cores lay in these rounds.</param>
/// <param name="Rounds">How many rounds, if it was written down.</param>
/// <param name="Rows">A row for each contestant.</param>
internal sealed record PublishedCell(string Scenario, string Title, Unit Unit, Cores Cores, int? Rounds, IReadOnlyList<PublishedRow> Rows)
{
    public PublishedRow? Find(string name) => Rows.FirstOrDefault(row => Results.Is(row.Name, name));

    public PublishedRow Row(string name) =>
        Find(name) ?? throw new InvalidDataException($"The cell '{Title}' of {Results.Path} has no row '{name}'.");
}

/// <param name="Name">The contestant.</param>
/// <param name="Standing">Ours, Peer or Floor.</param>
/// <param name="Median">Over the rounds, in the cell's unit.</param>
/// <param name="Min">Of the rounds.</param>
/// <param name="Max">Of the rounds.</param>
/// <param name="Ratio">To the floor, taken round by round; where several runs are meant, of the one with the least.</param>
/// <param name="RatioTo">Of the one with the greatest.</param>
/// <param name="Percentiles">Of a clocked cell.</param>
/// <param name="Error">Why it has no figures.</param>
/// <param name="Kills">Of a cell in which a producer is killed.</param>
internal sealed record PublishedRow(
    string Name,
    string Standing,
    double? Median = null,
    double? Min = null,
    double? Max = null,
    double? Ratio = null,
    double? RatioTo = null,
    IReadOnlyDictionary<string, double>? Percentiles = null,
    string? Error = null,
    KillTotals? Kills = null);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy =
        JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Results))]
internal sealed partial class ResultsJson : JsonSerializerContext;

using HdrHistogram;
using TypedShmQueue.Bench.Contestants;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Scenarios;

/// <summary>Contestants that do the same thing, to be compared with each other and with a floor.</summary>
internal sealed record Cell
{
    public required string Scenario { get; init; }
    public required string Title { get; init; }
    public required Activity Activity { get; init; }
    public required Unit Unit { get; init; }
    public required IReadOnlyList<Contestant> Contestants { get; init; }
    public Contestant? Floor { get; init; }
    public int Producers { get; init; } = 1;
    public int Consumers { get; init; } = 1;
    public int MessageSize { get; init; } = 64;
    public int Batch { get; init; } = 1;
    public int Capacity { get; init; } = 1024;
    public double Seconds { get; init; }
    public int Rounds { get; init; }

    /// <summary><see cref="Job.Patience"/>.</summary>
    public double Patience { get; init; } = 15;

    /// <summary>Seconds of the round before the first that counts.</summary>
    public double FirstWarmUp { get; init; } = 0.5;

    /// <summary>A floor is the machine's, so it is measured between two seats whatever the cell's shape.</summary>
    public Job JobFor(Contestant contestant, bool first)
    {
        bool isFloor = contestant.Standing == Standing.Floor;
        int producers = isFloor ? 1 : Producers;
        int consumers = isFloor ? 1 : Consumers;
        return new Job
        {
            Activity = Activity,
            Contestant = contestant.Name,
            Producers = producers,
            Consumers = consumers,
            MessageSize = isFloor ? sizeof(long) : MessageSize,
            Batch = isFloor ? 1 : Batch,
            Capacity = Capacity,
            // The first round is not counted: it is there for the compiler's tiers and the pages.
            WarmUpSeconds = first ? FirstWarmUp : Activity == Activity.Idle ? 0 : Math.Min(0.1, Seconds / 4),
            Seconds = first ? 0.05 : Seconds,
            Patience = Patience,
            Directory = "",
            Seats = [],
            Pinned = producers + consumers <= Environment.ProcessorCount,
        };
    }
}

/// <summary>One contestant's figures in a cell.</summary>
internal sealed record Result(Contestant Contestant, Series Figures, LongHistogram? Histogram, IReadOnlyDictionary<string,
    Series> Quantiles, string? Error, KillTotals? Kills = null);

/// <summary>A cell with what came out of it.</summary>
/// <param name="Cell">What was played.</param>
/// <param name="Results">What each contestant did.</param>
/// <param name="Rounds">How the cores lay in each round.</param>
internal sealed record CellResult(Cell Cell, IReadOnlyList<Result> Results, IReadOnlyList<Cores> Rounds)
{
    public Result? Floor => Results.FirstOrDefault(r => r.Contestant.Standing == Standing.Floor && r.Error == null);

    /// <summary>
    /// The median of the rounds' ratios, each to the floor of its own round: a machine that changes speed between rounds changes both.
    /// </summary>
    public double RatioToFloor(Result row) => Floor is { } floor
        ? new Series([.. row.Figures.Rounds.Zip(floor.Figures.Rounds, static (figure, least) => figure / least)]).Median
        : double.NaN;
}

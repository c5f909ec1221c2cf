namespace TypedShmQueue.Bench.Measuring;

/// <summary>
/// How the two cores lie to each other. A virtual machine's cores are near each other at one time and far at another, and every figure
/// follows.
/// </summary>
internal enum Cores
{
    /// <summary>A line goes there and back in some 140 ns.</summary>
    Near,

    /// <summary>In some 500 ns.</summary>
    Far,

    /// <summary>Near in some rounds and far in others: medians of these rounds are between the two.</summary>
    Mixed,

    /// <summary>One thread is both ends.</summary>
    One,

    /// <summary>Nothing in the cell tells.</summary>
    NotRecorded,
}

/// <summary>Tells the states apart by the round trip of a bare cache line.</summary>
internal static class CoreState
{
    /// <summary>Between the two states: no machine was seen to take so long near, or so short far.</summary>
    private const double LongestNear = 300;

    public static Cores Of(double roundTrip) =>
        double.IsNaN(roundTrip) ? Cores.NotRecorded : roundTrip <= LongestNear ? Cores.Near : Cores.Far;

    /// <summary>Of several rounds.</summary>
    public static Cores Of(IEnumerable<Cores> rounds)
    {
        Cores[] states = [.. rounds.Distinct()];
        return states switch { [] => Cores.NotRecorded, [var one] => one, _ => states.Contains(Cores.NotRecorded) ? Cores.NotRecorded
            : Cores.Mixed };
    }
}

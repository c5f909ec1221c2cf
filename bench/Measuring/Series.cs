namespace TypedShmQueue.Bench.Measuring;

/// <summary>One figure over the rounds of a run. On a machine shared with others the median is the honest middle.</summary>
internal sealed record Series(IReadOnlyList<double> Rounds)
{
    public double Median
    {
        get
        {
            double[] sorted = [.. Rounds.Order()];
            int half = sorted.Length / 2;
            return sorted.Length == 0 ? double.NaN : sorted.Length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        }
    }

    public static double MedianOf(IEnumerable<double> figures) => new Series([.. figures]).Median;

    public double Min => Rounds.Count == 0 ? double.NaN : Rounds.Min();

    public double Max => Rounds.Count == 0 ? double.NaN : Rounds.Max();
}

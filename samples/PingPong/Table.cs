using System.Diagnostics;

namespace TypedShmQueue.Samples.PingPong;

/// <summary>Prints round-trip percentiles, in microseconds, so that the columns line up.</summary>
internal static class Table
{
    private static readonly (string Head, double Percentile)[] s_columns =
        [("p50", 0.50), ("p90", 0.90), ("p99", 0.99), ("p99.9", 0.999), ("max", 1.0)];

    public static void WriteHead()
    {
        Console.WriteLine($"{"wait",-10}{"trips",10}{string.Concat(s_columns.Select(c => $"{c.Head + " us",12}"))}");
        Console.WriteLine(new string('-', 20 + (12 * s_columns.Length)));
    }

    public static void WriteRow(WaitPolicy wait, ReadOnlySpan<long> sorted)
    {
        Console.Write($"{wait,-10}{sorted.Length,10}");
        foreach ((_, double percentile) in s_columns)
        {
            long ticks = sorted[Math.Max(0, (int)Math.Ceiling(sorted.Length * percentile) - 1)];
            Console.Write($"{ticks * 1e6 / Stopwatch.Frequency,12:F2}");
        }

        Console.WriteLine();
    }
}

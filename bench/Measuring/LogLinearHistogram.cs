using System.Numerics;

namespace TypedShmQueue.Bench.Measuring;

/// <summary>
/// Counts of values in buckets whose width grows with the value: 64 to each power of two, so a quantile is at most 1.6 % too low, at
/// any magnitude, and recording is one increment. The greatest value is kept exactly.
/// </summary>
internal sealed class LogLinearHistogram
{
    private const int SubBits = 6;
    private const int Sub = 1 << SubBits;

    private readonly long[] _counts = new long[(64 - SubBits) * Sub];

    public long Count { get; private set; }

    public long Max { get; private set; }

    public void Record(long value)
    {
        _counts[BucketOf(value)]++;
        Count++;
        if (value > Max) Max = value;
    }

    public void Clear()
    {
        Array.Clear(_counts);
        (Count, Max) = (0, 0);
    }

    /// <summary>The least value of the bucket that holds the given share of all values; the greatest value for 1.</summary>
    public long Quantile(double share)
    {
        if (share >= 1) return Max;
        long rank = (long)Math.Ceiling(share * Count);
        long seen = 0;
        for (int i = 0; i < _counts.Length; i++)
        {
            seen += _counts[i];
            if (seen >= rank && seen > 0) return LowOf(i);
        }

        return Max;
    }

    public void Add(LogLinearHistogram other)
    {
        for (int i = 0; i < _counts.Length; i++) _counts[i] += other._counts[i];
        Count += other.Count;
        Max = Math.Max(Max, other.Max);
    }

    /// <summary>The buckets in use, to travel between processes.</summary>
    public HistogramData ToData() => new(
        Enumerable.Range(0, _counts.Length).Where(i => _counts[i] > 0).Select(i => new long[] { i, _counts[i] }).ToArray(), Max);

    public static LogLinearHistogram From(HistogramData data)
    {
        LogLinearHistogram histogram = new() { Max = data.Max };
        foreach (long[] bucket in data.Buckets)
        {
            histogram._counts[bucket[0]] = bucket[1];
            histogram.Count += bucket[1];
        }

        foreach (long sample in data.Samples ?? []) histogram.Record(sample);

        return histogram;
    }

    internal static int BucketOf(long value)
    {
        if (value < Sub) return (int)Math.Max(0, value);
        int shift = BitOperations.Log2((ulong)value) - SubBits;
        return ((shift + 1) << SubBits) + (int)(value >> shift) - Sub;
    }

    internal static long LowOf(int bucket)
    {
        if (bucket < Sub) return bucket;
        int shift = (bucket >> SubBits) - 1;
        return (long)(Sub + (bucket & (Sub - 1))) << shift;
    }
}

/// <summary>A histogram on its way: pairs of bucket and count, or, from a native child, the values themselves.</summary>
internal sealed record HistogramData(long[][] Buckets, long Max, long[]? Samples = null);

using HdrHistogram;
using HdrHistogram.Encoding;
using HdrHistogram.Utilities;

namespace TypedShmQueue.Bench.Measuring;

/// <summary>HdrHistogram as it is used here: times in nanoseconds up to an hour, each to three digits, and exact below 2 us.</summary>
internal static class Histograms
{
    private const long Longest = 3_600_000_000_000;

    public static LongHistogram Create() => new(Longest, 3);

    /// <summary>The value that this share of all values does not exceed, to three digits.</summary>
    public static long Quantile(this HistogramBase histogram, double share) =>
        histogram.TotalCount == 0 ? 0 : histogram.GetValueAtPercentile(share * 100);

    public static HistogramData ToData(this HistogramBase histogram)
    {
        ByteBuffer buffer = ByteBuffer.Allocate(histogram.GetNeededByteBufferCapacity());
        byte[] bytes = new byte[histogram.Encode(buffer, HistogramEncoderV2.Instance)];
        // The buffer gives its bytes away one by one only; an array that it is made with is copied.
        buffer.Position = 0;
        for (int i = 0; i < bytes.Length; i++) bytes[i] = buffer.Get();
        return new HistogramData(Convert.ToBase64String(bytes));
    }

    public static LongHistogram From(HistogramData data)
    {
        LongHistogram histogram = Create();
        if (data.Encoded is { } encoded) histogram.Add(HistogramEncoding.DecodeFromByteBuffer(ByteBuffer.Allocate(Convert.FromBase64String(encoded)), 0));
        foreach (long sample in data.Samples ?? []) histogram.RecordValue(sample);
        return histogram;
    }
}

/// <summary>A histogram on its way between processes: encoded, or, from a native child, the values themselves.</summary>
internal sealed record HistogramData(string? Encoded = null, long[]? Samples = null);

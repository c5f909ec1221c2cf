using System.Diagnostics;

namespace TypedShmQueue.Samples.Frames;

/// <summary>What one process counts, for each pace.</summary>
internal sealed class Tally
{
    private readonly List<long>[] _latencies = [[], []];
    private readonly Report[] _reports;
    private readonly long[] _first = new long[2];

    public Tally(string who) => _reports =
        [new Report { Who = who, Pace = Pace.Live }, new Report { Who = who, Pace = Pace.FlatOut }];

    /// <summary>A frame is done with: it was sent, or read to its end.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="checksum">The checksum of its pixels.</param>
    /// <param name="isWhole">Whether that is the one that was sent.</param>
    /// <param name="latency">How long it was on its way, in <see cref="Stopwatch"/> ticks.</param>
    public void Count(long number, ulong checksum, bool isWhole = true, long latency = 0)
    {
        int pace = (int)Camera.PaceOf(number);
        ref Report report = ref _reports[pace];
        long now = Stopwatch.GetTimestamp();
        if (report.Frames++ == 0) _first[pace] = now;
        report.Seconds = Stopwatch.GetElapsedTime(_first[pace], now).TotalSeconds;
        report.Checksum = unchecked(report.Checksum + checksum);
        if (!isWhole) report.Broken++;
        _latencies[pace].Add(latency);
    }

    public void Send(ReportQueue reports)
    {
        for (int pace = 0; pace < _reports.Length; pace++)
        {
            List<long> sorted = _latencies[pace];
            sorted.Sort();
            _reports[pace].MedianMicroseconds = Percentile(sorted, 0.5);
            _reports[pace].P99Microseconds = Percentile(sorted, 0.99);
            reports.Enqueue(in _reports[pace]);
        }
    }

    private static double Percentile(List<long> sorted, double percentile) =>
        sorted.Count == 0 ? 0 : sorted[(int)Math.Ceiling(sorted.Count * percentile) - 1] * 1e6 / Stopwatch.Frequency;
}

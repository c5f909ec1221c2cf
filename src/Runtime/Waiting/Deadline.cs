using System.Diagnostics;

namespace TypedShmQueue.Waiting;

/// <summary>A point in time by the monotonic clock, or never.</summary>
internal readonly struct Deadline
{
    private readonly long _ticks;

    private Deadline(long ticks) => _ticks = ticks;

    public static Deadline Never => new(long.MaxValue);

    /// <exception cref="ArgumentOutOfRangeException">Negative, and not <see cref="Timeout.InfiniteTimeSpan"/>.</exception>
    public static Deadline After(TimeSpan timeout)
    {
        if (timeout == Timeout.InfiniteTimeSpan) return Never;
        ArgumentOutOfRangeException.ThrowIfLessThan(timeout, TimeSpan.Zero);
        double ticks = Stopwatch.GetTimestamp() + (timeout.TotalSeconds * Stopwatch.Frequency);
        return ticks >= long.MaxValue ? Never : new Deadline((long)ticks);
    }

    /// <summary>This point in time, or one that is so far away if that is earlier.</summary>
    public Deadline AtMost(TimeSpan time) => new(Math.Min(_ticks, After(time)._ticks));

    public bool HasPassed => _ticks != long.MaxValue && Stopwatch.GetTimestamp() >= _ticks;

    public TimeSpan Left =>
        _ticks == long.MaxValue
            ? TimeSpan.MaxValue
            : Stopwatch.GetElapsedTime(Stopwatch.GetTimestamp(), Math.Max(_ticks, Stopwatch.GetTimestamp()));
}

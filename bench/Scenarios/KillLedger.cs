using System.Diagnostics;
using TypedShmQueue.Bench.Contestants;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Scenarios;

/// <summary>What the consumer notes of a round in which the first producer is killed.</summary>
internal sealed class KillLedger(ControlPage control)
{
    /// <summary>The sequence numbers of one producer are so far apart that each has its own.</summary>
    public const int Producers = 2;

    /// <summary>From the death until the others may end. What stops them longer is a longer gap, since the consumer looks behind it.</summary>
    private static readonly TimeSpan s_after = TimeSpan.FromMilliseconds(200);

    private readonly long[] _next = new long[Producers];
    private long _last, _longest, _lost, _twice;

    /// <summary>Everybody is here.</summary>
    public void Begin() => _last = Stopwatch.GetTimestamp();

    /// <summary>A message has come. False: it was the last.</summary>
    public bool Take(long sequence)
    {
        long now = Stopwatch.GetTimestamp(), killedAt = Volatile.Read(ref control.KilledAt);
        if (killedAt != 0)
        {
            _longest = Math.Max(_longest, now - Math.Max(_last, killedAt));
            if (Stopwatch.GetElapsedTime(killedAt, now) > s_after) Volatile.Write(ref control.Over, 1);
        }

        _last = now;
        if (sequence == Message.EndMark) return false;
        if (sequence < 0) throw new InvalidDataException($"A message is torn: its number is {sequence}.");
        (long number, long producer) = Math.DivRem(sequence, Producers);
        if (number < _next[producer]) _twice++;
        else _lost += number - _next[producer];
        _next[producer] = Math.Max(_next[producer], number + 1);
        return true;
    }

    /// <summary>Behind the last. The victim's last send may have arrived without having returned.</summary>
    public KillReport End() => new(Stopwatch.GetElapsedTime(0, _longest).TotalNanoseconds,
        _lost + Math.Max(0, Volatile.Read(ref control.Returned) - _next[0]), _twice);
}

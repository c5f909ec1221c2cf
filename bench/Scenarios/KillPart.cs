using System.Diagnostics;
using TypedShmQueue.Bench.Contestants;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Scenarios;

/// <summary>
/// The first producer is killed at some moment while it sends as fast as it can, wherever it then is; the others go on. The consumer tells
/// the longest time without a message from the death on, and counts what is missing and what came twice. Each producer numbers its messages;
/// the victim tells by the control page how many of its sends have returned.
/// </summary>
internal sealed class KillPart : Part
{
    /// <summary>The sequence numbers of one producer are so far apart that each has its own.</summary>
    private const int Producers = 2;

    /// <summary>From the death until the others may end. What stops them longer is a longer gap, since the consumer looks behind it.</summary>
    private static readonly TimeSpan s_after = TimeSpan.FromMilliseconds(200);

    public override SeatReport Play<T, TLink>(Seat seat) => seat switch
    {
        { IsProducer: false } => Consume<T, TLink>(seat),
        { Index: 0 } => Die<T, TLink>(seat),
        _ => Survive<T, TLink>(seat),
    };

    private static SeatReport Die<T, TLink>(Seat seat)
        where T : unmanaged
        where TLink : struct, ILink<TLink, T>
    {
        using TLink link = TLink.Open(seat, "forth", End.Producer);
        T message = default;
        seat.Gather();
        double life = seat.Job.WarmUpSeconds + (Random.Shared.NextDouble() * seat.Job.Seconds);
        new Thread(() =>
        {
            Thread.Sleep(TimeSpan.FromSeconds(life));
            Volatile.Write(ref seat.Control.KilledAt, Stopwatch.GetTimestamp());
            Libc.SignalThisProcess(Libc.Kill);
        })
        { IsBackground = true }.Start();
        for (long sent = 0; ;)
        {
            Message.Stamp(ref message, sent * Producers);
            link.Send(message);
            Volatile.Write(ref seat.Control.Returned, ++sent);
        }
    }

    private static SeatReport Survive<T, TLink>(Seat seat)
        where T : unmanaged
        where TLink : struct, ILink<TLink, T>
    {
        using TLink link = TLink.Open(seat, "forth", End.Producer);
        T message = default;
        seat.Gather();
        for (long sent = 0; Volatile.Read(ref seat.Control.Over) == 0; sent++)
        {
            Message.Stamp(ref message, (sent * Producers) + seat.Index);
            link.Send(message);
        }

        Message.Stamp(ref message, Message.EndMark);
        link.Send(message);
        seat.Leave();
        return new SeatReport();
    }

    private static SeatReport Consume<T, TLink>(Seat seat)
        where T : unmanaged
        where TLink : struct, ILink<TLink, T>
    {
        using TLink link = TLink.Open(seat, "forth", End.Consumer);
        long[] next = new long[Producers];
        long lost = 0, twice = 0, longest = 0;
        seat.Gather();
        long last = Stopwatch.GetTimestamp();
        while (true)
        {
            link.Receive(out T message);
            long now = Stopwatch.GetTimestamp(), killedAt = Volatile.Read(ref seat.Control.KilledAt);
            if (killedAt != 0)
            {
                longest = Math.Max(longest, now - Math.Max(last, killedAt));
                if (Stopwatch.GetElapsedTime(killedAt, now) > s_after) Volatile.Write(ref seat.Control.Over, 1);
            }

            last = now;
            long sequence = Message.Sequence(ref message);
            if (sequence == Message.EndMark) break;
            if (sequence < 0) throw new InvalidDataException($"A message is torn: its number is {sequence}.");
            (long number, long producer) = Math.DivRem(sequence, Producers);
            if (number < next[producer]) twice++;
            else lost += number - next[producer];
            next[producer] = Math.Max(next[producer], number + 1);
        }

        seat.Leave();
        // The victim's last send may have arrived without having returned.
        lost += Math.Max(0, Volatile.Read(ref seat.Control.Returned) - next[0]);
        return new SeatReport { Kill = new KillReport(Stopwatch.GetElapsedTime(0, longest).TotalNanoseconds, lost, twice) };
    }
}

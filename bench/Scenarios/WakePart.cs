using System.Diagnostics;
using HdrHistogram;
using TypedShmQueue.Bench.Contestants;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Scenarios;

/// <summary>
/// From a send to the return of the receive that was parked for it. The pause before each send is far longer than any spinning.
/// </summary>
internal sealed class WakePart : Part
{
    private static readonly long s_pause = Stopwatch.Frequency / 2000;

    public override SeatReport Play<T, TLink>(Seat seat) => seat.IsProducer ? Rouse<T, TLink>(seat) : Sleep<T, TLink>(seat);

    private static SeatReport Rouse<T, TLink>(Seat seat)
        where T : unmanaged
        where TLink : struct, ILink<TLink, T>
    {
        using TLink link = TLink.Open(seat, "forth", End.Producer);
        T message = default;
        seat.Gather();
        long end = Stopwatch.GetTimestamp() + seat.WarmUpTicks + seat.Ticks;
        long next = 0;
        while (true)
        {
            long now = Stopwatch.GetTimestamp();
            // Its core is its own; sleeping would add this side's own wake-up to the next figure.
            long due = now + s_pause;
            while (Stopwatch.GetTimestamp() < due) Thread.SpinWait(8);

            Message.Stamp(ref message, now < end ? next : Message.EndMark);
            Volatile.Write(ref seat.Control.SentAt, Stopwatch.GetTimestamp());
            link.Send(message);
            if (now >= end) break;
            next++;
            while (Volatile.Read(ref seat.Control.Acknowledged) != next) Thread.SpinWait(8);
        }

        seat.Leave();
        return new SeatReport { Checksum = next * (next - 1) / 2 };
    }

    private static SeatReport Sleep<T, TLink>(Seat seat)
        where T : unmanaged
        where TLink : struct, ILink<TLink, T>
    {
        using TLink link = TLink.Open(seat, "forth", End.Consumer);
        LongHistogram wakes = Histograms.Create();
        seat.Gather();
        long warm = Stopwatch.GetTimestamp() + seat.WarmUpTicks;
        if (link is IAwaitedLink<T> awaited) return SleepAsync(awaited, seat, wakes, warm).GetAwaiter().GetResult();
        long checksum = 0;
        for (long taken = 1; ; taken++)
        {
            link.Receive(out T message);
            long now = Stopwatch.GetTimestamp();
            long sequence = Message.Sequence(ref message);
            if (sequence == Message.EndMark) break;
            checksum += sequence;
            if (now >= warm) wakes.RecordValue(now - Volatile.Read(ref seat.Control.SentAt));
            Volatile.Write(ref seat.Control.Acknowledged, taken);
        }

        seat.Leave();
        return new SeatReport { Nanoseconds = wakes.ToData(), Checksum = checksum };
    }

    /// <summary>The same, where the clock is read in the continuation.</summary>
    private static async Task<SeatReport> SleepAsync<T>(IAwaitedLink<T> link, Seat seat, LongHistogram wakes, long warm)
        where T : unmanaged
    {
        long checksum = 0;
        for (long taken = 1; ; taken++)
        {
            T message = await link.ReceiveAsync().ConfigureAwait(false);
            long now = Stopwatch.GetTimestamp();
            long sequence = Message.Sequence(ref message);
            if (sequence == Message.EndMark) break;
            checksum += sequence;
            if (now >= warm) wakes.RecordValue(now - Volatile.Read(ref seat.Control.SentAt));
            Volatile.Write(ref seat.Control.Acknowledged, taken);
        }

        seat.Leave();
        return new SeatReport { Nanoseconds = wakes.ToData(), Checksum = checksum };
    }
}

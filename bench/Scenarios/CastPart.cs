using System.Diagnostics;
using System.Runtime.CompilerServices;
using TypedShmQueue.Bench.Contestants;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Scenarios;

/// <summary>
/// One producer to many consumers, each of which gets every message. The producer sends a burst while the consumers sleep, and only that is
/// clocked; then they are woken, take it all, and sleep again. So with fewer cores than seats it is still the producer's own cost that
/// counts, and nobody lags.
/// </summary>
internal sealed class CastPart : Part
{
    /// <summary>Fits into a socket's buffer, where each message takes more than its bytes; eight of them are a lap of the ring.</summary>
    private const int Burst = 128;

    private const long Over = -1;

    public override SeatReport Play<T, TLink>(Seat seat)
    {
        PinApart(seat);
        return seat.IsProducer ? Produce<T, TLink>(seat) : Consume<T, TLink>(seat);
    }

    /// <summary>
    /// The producer has the first core, the consumers share the others: so the lines that they have read come from another core however
    /// many they are. On one core the producer would find them in its own cache.
    /// </summary>
    private static void PinApart(Seat seat)
    {
        int others = Environment.ProcessorCount - 1;
        if (others > 0) Libc.PinThisThread(seat.IsProducer ? 0 : 1 + ((seat.Index - seat.Job.Producers) % others));
    }

    private static SeatReport Produce<T, TLink>(Seat seat)
        where T : unmanaged
        where TLink : struct, ILink<TLink, T>
    {
        using TLink link = TLink.Open(seat, "forth", End.Producer);
        T message = default;
        seat.Gather();
        long warm = Stopwatch.GetTimestamp() + seat.WarmUpTicks;
        long end = warm + seat.Ticks;
        long sent = 0, counted = 0, ticks = 0;
        long now;
        while ((now = Stopwatch.GetTimestamp()) < end)
        {
            SendBurst<T, TLink>(in link, ref message, ref sent);
            if (now >= warm)
            {
                ticks += Stopwatch.GetTimestamp() - now;
                counted += Burst;
            }

            seat.Control.Release(sent);
            seat.Control.AwaitTaken(sent * seat.Job.Consumers);
        }

        seat.Control.Release(Over);
        seat.Leave();
        return new SeatReport { Rate = counted * (double)Stopwatch.Frequency / ticks,
            Checksum = seat.Job.Consumers * (sent * (sent - 1) / 2) };
    }

    private static SeatReport Consume<T, TLink>(Seat seat)
        where T : unmanaged
        where TLink : struct, ILink<TLink, T>
    {
        using TLink link = TLink.Open(seat, "forth", End.Consumer);
        seat.Gather();
        long checksum = 0, taken = 0, released;
        while ((released = seat.Control.AwaitRelease(taken)) != Over)
        {
            TakeBurst<T, TLink>(in link, ref checksum);
            taken = released;
            seat.Control.Take(Burst);
        }

        seat.Leave();
        return new SeatReport { Checksum = checksum };
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void SendBurst<T, TLink>(in TLink link, ref T message, ref long sent)
        where T : unmanaged
        where TLink : struct, ILink<TLink, T>
    {
        TLink own = link;
        for (int i = 0; i < Burst; i++)
        {
            Message.Stamp(ref message, sent++);
            own.Send(message);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void TakeBurst<T, TLink>(in TLink link, ref long checksum)
        where T : unmanaged
        where TLink : struct, ILink<TLink, T>
    {
        TLink own = link;
        for (int i = 0; i < Burst; i++)
        {
            own.Receive(out T message);
            checksum += Message.Sequence(ref message);
        }
    }
}

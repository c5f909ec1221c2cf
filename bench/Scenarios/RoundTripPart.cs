using System.Diagnostics;
using System.Runtime.CompilerServices;
using HdrHistogram;
using TypedShmQueue.Bench.Contestants;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Scenarios;

/// <summary>
/// One message at a time goes there on one link and comes back on another. Each trip is clocked by itself; the clock's own cost (one
/// reading a trip) is in every contestant's figure and in the floor's.
/// </summary>
internal sealed class RoundTripPart : Part
{
    public override SeatReport Play<T, TLink>(Seat seat) => seat.IsProducer ? Ask<T, TLink>(seat) : Echo<T, TLink>(seat);

    private static SeatReport Ask<T, TLink>(Seat seat)
        where T : unmanaged
        where TLink : struct, ILink<TLink, T>
    {
        using TLink forth = TLink.Open(seat, "forth", End.Producer);
        using TLink back = TLink.Open(seat, "back", End.Consumer);
        LongHistogram trips = Histograms.Create();
        T message = default;
        seat.Gather();
        long begin = Stopwatch.GetTimestamp();
        long warm = begin + seat.WarmUpTicks;
        long end = warm + seat.Ticks;
        long next = 0;
        bool counting = false;
        for (long now = begin; now < end; now = Stopwatch.GetTimestamp())
        {
            if (!counting && now >= warm)
            {
                trips.Reset();
                counting = true;
            }

            AskChunk(in forth, in back, ref message, ref next, trips);
        }

        Message.Stamp(ref message, Message.EndMark);
        forth.Send(message);
        seat.Leave();
        return new SeatReport { Nanoseconds = trips.ToData(), Checksum = next * (next - 1) / 2 };
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void AskChunk<T, TLink>(in TLink forth, in TLink back, ref T message, ref long next, LongHistogram trips)
        where T : unmanaged
        where TLink : struct, ILink<TLink, T>
    {
        TLink to = forth;
        TLink from = back;
        long sent = Stopwatch.GetTimestamp();
        for (int i = 0; i < Chunk / 8; i++)
        {
            Message.Stamp(ref message, next);
            to.Send(message);
            from.Receive(out T answer);
            if (Message.Sequence(ref answer) != next) throw new InvalidDataException("Another message came back than was sent.");
            long now = Stopwatch.GetTimestamp();
            // A tick is a nanosecond on Linux.
            trips.RecordValue(now - sent);
            sent = now;
            next++;
        }
    }

    private static SeatReport Echo<T, TLink>(Seat seat)
        where T : unmanaged
        where TLink : struct, ILink<TLink, T>
    {
        using TLink forth = TLink.Open(seat, "forth", End.Consumer);
        using TLink back = TLink.Open(seat, "back", End.Producer);
        seat.Gather();
        long checksum = 0;
        while (EchoChunk<T, TLink>(in forth, in back, ref checksum))
        {
        }

        seat.Leave();
        return new SeatReport { Checksum = checksum };
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool EchoChunk<T, TLink>(in TLink forth, in TLink back, ref long checksum)
        where T : unmanaged
        where TLink : struct, ILink<TLink, T>
    {
        TLink from = forth;
        TLink to = back;
        for (int i = 0; i < Chunk; i++)
        {
            from.Receive(out T message);
            long sequence = Message.Sequence(ref message);
            if (sequence == Message.EndMark) return false;
            checksum += sequence;
            to.Send(message);
        }

        return true;
    }
}

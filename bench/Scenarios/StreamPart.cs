using System.Diagnostics;
using System.Runtime.CompilerServices;
using TypedShmQueue.Bench.Contestants;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Scenarios;

/// <summary>
/// Producers send as fast as they can until the time is up; the last one done sends the end marks, as many as the consumers can take
/// in one receive each. A consumer's rate counts from the end of the warm-up to its end mark.
/// </summary>
internal sealed class StreamPart : Part
{
    public override SeatReport Play<T, TLink>(Seat seat) => seat.IsProducer ? Produce<T, TLink>(seat) : Consume<T, TLink>(seat);

    private static SeatReport Produce<T, TLink>(Seat seat)
        where T : unmanaged
        where TLink : struct, ILink<TLink, T>
    {
        using TLink link = TLink.Open(seat, "forth", End.Producer);
        T[] batch = new T[seat.Job.Batch];
        seat.Gather();
        long end = Stopwatch.GetTimestamp() + seat.WarmUpTicks + seat.Ticks;
        long sent = 0;
        do
        {
            if (batch.Length == 1) SendChunk<T, TLink>(in link, ref batch[0], ref sent);
            else SendBatches<T, TLink>(in link, batch, ref sent);
        }
        while (Stopwatch.GetTimestamp() < end);

        if (seat.Control.IsLastProducer(seat.Job.Producers)) SendEndMarks<T, TLink>(in link, seat.Job.Consumers == 1 ? 1
            : seat.Job.Consumers * batch.Length);
        seat.Leave();
        return new SeatReport { Checksum = sent * (sent - 1) / 2 };
    }

    private static SeatReport Consume<T, TLink>(Seat seat)
        where T : unmanaged
        where TLink : struct, ILink<TLink, T>
    {
        using TLink link = TLink.Open(seat, "forth", End.Consumer);
        T[] batch = new T[seat.Job.Batch];
        seat.Gather();
        long now = Stopwatch.GetTimestamp();
        long counted = 0;
        long begin = now;
        long warm = now + seat.WarmUpTicks;
        long checksum = 0;
        bool ended = false;
        while (!ended)
        {
            if (now >= warm && begin < warm) (begin, counted) = (now, 0);
            counted += batch.Length == 1
                ? TakeChunk<T, TLink>(in link, ref checksum, ref ended)
                : TakeBatches<T, TLink>(in link, batch, ref checksum, ref ended);
            now = Stopwatch.GetTimestamp();
        }

        seat.Leave();
        return new SeatReport { Rate = counted / Stopwatch.GetElapsedTime(begin, now).TotalSeconds, Checksum = checksum };
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void SendChunk<T, TLink>(in TLink link, ref T message, ref long sent)
        where T : unmanaged
        where TLink : struct, ILink<TLink, T>
    {
        TLink own = link;
        long next = sent;
        for (int i = 0; i < Chunk; i++)
        {
            Message.Stamp(ref message, next++);
            own.Send(message);
        }

        sent = next;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void SendBatches<T, TLink>(in TLink link, T[] batch, ref long sent)
        where T : unmanaged
        where TLink : struct, ILink<TLink, T>
    {
        TLink own = link;
        long next = sent;
        for (int i = 0; i < Chunk; i += batch.Length)
        {
            foreach (ref T message in batch.AsSpan()) Message.Stamp(ref message, next++);
            own.Send(batch);
        }

        sent = next;
    }

    private static void SendEndMarks<T, TLink>(in TLink link, int count)
        where T : unmanaged
        where TLink : struct, ILink<TLink, T>
    {
        TLink own = link;
        T mark = default;
        Message.Stamp(ref mark, Message.EndMark);
        for (int i = 0; i < count; i++) own.Send(mark);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int TakeChunk<T, TLink>(in TLink link, ref long checksum, ref bool ended)
        where T : unmanaged
        where TLink : struct, ILink<TLink, T>
    {
        TLink own = link;
        long sum = 0;
        int taken = 0;
        while (taken < Chunk)
        {
            own.Receive(out T message);
            long sequence = Message.Sequence(ref message);
            if (sequence == Message.EndMark)
            {
                ended = true;
                break;
            }

            sum += sequence;
            taken++;
        }

        checksum += sum;
        return taken;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int TakeBatches<T, TLink>(in TLink link, T[] batch, ref long checksum, ref bool ended)
        where T : unmanaged
        where TLink : struct, ILink<TLink, T>
    {
        TLink own = link;
        long sum = 0;
        int taken = 0;
        while (taken < Chunk && !ended)
        {
            int got = own.Receive(batch);
            foreach (ref T message in batch.AsSpan(0, got))
            {
                long sequence = Message.Sequence(ref message);
                if (sequence == Message.EndMark)
                {
                    // Only marks follow the first mark.
                    ended = true;
                    break;
                }

                sum += sequence;
                taken++;
            }
        }

        checksum += sum;
        return taken;
    }
}

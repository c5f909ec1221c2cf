using TypedShmQueue.Bench.Contestants;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Scenarios;

/// <summary>
/// A consumer waits and nothing comes. The producer's seat sleeps through the time, then sends the end mark; the consumer's process tells the
/// processor time, in nanoseconds a second, that it took while it waited.
/// </summary>
internal sealed class IdlePart : Part
{
    public override SeatReport Play<T, TLink>(Seat seat)
    {
        T message = default;
        if (seat.IsProducer)
        {
            using TLink link = TLink.Open(seat, "forth", End.Producer);
            seat.Gather();
            Thread.Sleep(TimeSpan.FromSeconds(seat.Job.Seconds));
            Message.Stamp(ref message, Message.EndMark);
            link.Send(message);
            return new SeatReport();
        }

        using TLink own = TLink.Open(seat, "forth", End.Consumer);
        seat.Gather();
        long before = Libc.ProcessorTime();
        own.Receive(out message);
        return new SeatReport { Rate = (Libc.ProcessorTime() - before) / seat.Job.Seconds };
    }
}

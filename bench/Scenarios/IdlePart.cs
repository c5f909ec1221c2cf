using TypedShmQueue.Bench.Contestants;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Scenarios;

/// <summary>
/// A consumer waits and nothing comes. First it is woken for some messages, until what it runs is compiled for good. Then the producer's
/// seat sleeps through the time, and sends the end mark; the consumer's process tells the processor time, in nanoseconds a second, that it
/// took while it waited, after a quarter of the time to settle.
/// </summary>
internal sealed class IdlePart : Part
{
    /// <summary>
    /// A method that has been called thirty times, from a tenth of a second on, is compiled again: that costs some 10 ms, once in a
    /// process's life.
    /// </summary>
    private const int Wakes = 100;

    private const int MillisecondsBetweenWakes = 10;

    public override SeatReport Play<T, TLink>(Seat seat)
    {
        T message = default;
        if (seat.IsProducer)
        {
            using TLink link = TLink.Open(seat, "forth", End.Producer);
            seat.Gather();
            for (int i = 0; i < Wakes; i++)
            {
                Thread.Sleep(MillisecondsBetweenWakes);
                Message.Stamp(ref message, i);
                link.Send(message);
            }

            Thread.Sleep(TimeSpan.FromSeconds(seat.Job.Seconds));
            Message.Stamp(ref message, Message.EndMark);
            link.Send(message);
            seat.Leave();
            return new SeatReport();
        }

        using TLink own = TLink.Open(seat, "forth", End.Consumer);
        seat.Gather();
        for (int i = 0; i < Wakes; i++) own.Receive(out message);
        // What it does before it has settled (spinning, the compiler's later tiers) is not waiting.
        long settled = 0;
        double settling = seat.Job.Seconds / 4;
        using Timer snapshot = new(_ => Volatile.Write(ref settled, Libc.ProcessorTime()), null, TimeSpan.FromSeconds(settling),
            Timeout.InfiniteTimeSpan);
        own.Receive(out message);
        double took = (Libc.ProcessorTime() - Volatile.Read(ref settled)) / (seat.Job.Seconds - settling);
        seat.Leave();
        return new SeatReport { Rate = took };
    }
}

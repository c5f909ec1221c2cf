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
            Message.Stamp(ref message, sent * KillLedger.Producers);
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
            Message.Stamp(ref message, (sent * KillLedger.Producers) + seat.Index);
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
        KillLedger ledger = new(seat.Control);
        seat.Gather();
        ledger.Begin();
        T message;
        do link.Receive(out message);
        while (ledger.Take(Message.Sequence(ref message)));
        seat.Leave();
        return new SeatReport { Kill = ledger.End() };
    }
}

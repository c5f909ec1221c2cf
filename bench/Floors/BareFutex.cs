using TypedShmQueue.Bench.Contestants;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Scenarios;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Floors;

/// <summary>A store and a wake on the sender's side, a wait in the kernel on the other: no parked thread can be woken sooner.</summary>
internal sealed class BareFutexFloor() : Contestant("floor: bare futex", Standing.Floor)
{
    public override SeatReport Play(Seat seat, Part part) => part.Play<long, BareFutex>(seat);
}

/// <summary>
/// The futex word counts sends; the number lies on the same line. A sender waits for an answer outside before it sends again.
/// </summary>
internal readonly unsafe struct BareFutex : ILink<BareFutex, long>
{
    private readonly MappedLines _lines;
    private readonly uint[] _seen;

    private BareFutex(MappedLines lines)
    {
        _lines = lines;
        _seen = new uint[1];
    }

    private uint* Sends => (uint*)_lines.Start;

    private long* Number => (long*)(_lines.Start + sizeof(long));

    public static BareFutex Open(Seat seat, string name, End end) =>
        new(new MappedLines(Path.Combine(seat.Job.Directory, name), MappedLines.Pair));

    public void Send(in long message)
    {
        *Number = message;
        Volatile.Write(ref *Sends, *Sends + 1);
        Libc.Wake(Sends, 1);
    }

    public void Receive(out long message)
    {
        while (Volatile.Read(ref *Sends) == _seen[0]) Libc.Wait(Sends, _seen[0]);
        _seen[0]++;
        message = *Number;
    }

    public void Send(ReadOnlySpan<long> messages) => throw new NotSupportedException();

    public int Receive(Span<long> messages) => throw new NotSupportedException();

    public void Dispose() => _lines.Dispose();
}

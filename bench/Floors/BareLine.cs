using System.Runtime.CompilerServices;
using TypedShmQueue.Bench.Contestants;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Scenarios;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Floors;

/// <summary>One word on a line of its own, stored by one core and polled by the other: no message can arrive sooner.</summary>
internal sealed class BareLineFloor() : Contestant("floor: bare cache line", Standing.Floor)
{
    public override SeatReport Play(Seat seat, Part part) => part.Play<long, BareLine>(seat);
}

/// <summary>
/// The word holds the last number, plus one so that 0 is none. Only the peer's answer keeps a number from being overwritten.
/// </summary>
internal readonly unsafe struct BareLine : ILink<BareLine, long>
{
    private readonly MappedLines _lines;
    private readonly long* _word;
    private readonly long[] _seen;

    private BareLine(MappedLines lines)
    {
        _lines = lines;
        _word = lines.Word(0);
        _seen = new long[1];
    }

    public static BareLine Open(Seat seat, string name, End end) =>
        new(new MappedLines(Path.Combine(seat.Job.Directory, name), MappedLines.Pair));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Send(in long message) => Volatile.Write(ref *_word, message == Message.EndMark ? message : message + 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Receive(out long message)
    {
        long word;
        while ((word = Volatile.Read(ref *_word)) == _seen[0])
        {
        }

        _seen[0] = word;
        message = word == Message.EndMark ? word : word - 1;
    }

    public void Send(ReadOnlySpan<long> messages) => throw new NotSupportedException();

    public int Receive(Span<long> messages) => throw new NotSupportedException();

    public void Dispose() => _lines.Dispose();
}

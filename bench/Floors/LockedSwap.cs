using System.Diagnostics;
using System.Runtime.CompilerServices;
using TypedShmQueue.Bench.Contestants;
using TypedShmQueue.Bench.Scenarios;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Floors;

/// <summary>Compare-and-swaps a second on a word that nobody else touches: the least a claim among many can cost.</summary>
internal sealed class LockedSwapFloor() : Contestant("floor: lock cmpxchg", Standing.Floor)
{
    private const int Chunk = 4096;

    public override SeatReport Play(Seat seat, Part part)
    {
        seat.Gather();
        if (seat.IsProducer) return new SeatReport();
        long word = 0;
        long done = 0;
        long begin = Stopwatch.GetTimestamp();
        long warm = begin + seat.WarmUpTicks;
        long end = warm + seat.Ticks;
        for (long now = begin; now < end; now = Stopwatch.GetTimestamp())
        {
            if (now >= warm && begin < warm) (begin, done) = (now, 0);
            Swap(ref word);
            done += Chunk;
        }

        return new SeatReport { Rate = done / Stopwatch.GetElapsedTime(begin).TotalSeconds };
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Swap(ref long word)
    {
        for (int i = 0; i < Chunk; i++) _ = Interlocked.CompareExchange(ref word, word + 1, word);
    }
}

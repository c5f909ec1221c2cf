using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using TypedShmQueue.Bench.Contestants;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Scenarios;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Floors;

/// <summary>
/// Lines a second that two cores can hand over. One side dirties as many lines as a default ring has, clocked, though the other holds them;
/// the other then reads one word of each, clocked. The slower side is the figure: a stream of messages cannot move faster than the lines it
/// lies on.
/// </summary>
/// <remarks>
/// Two more have more to do for each. With a claim each: a locked instruction on a line of the writer's own between two lines, as one of
/// many producers has it; it waits for the line before it, so that lines are no longer fetched several at once. Whole slots: a word and 64
/// bytes are written, all are read, and the reader stores a byte, so that the line is its own when the writer comes again: all that a
/// 64-byte message needs but the queue.
/// </remarks>
internal sealed unsafe class DirtyLinesFloor(DirtyLinesFloor.Work work) : Contestant(NameOf(work), Standing.Floor)
{
    private const int Lines = 1024;
    private const int LineSize = 64;
    private const int SlotSize = 72;

    /// <summary>What is done with each line.</summary>
    public enum Work
    {
        OneWord,
        OneWordClaimed,
        WholeSlot,
    }

    private static string NameOf(Work work) => work switch
    {
        Work.OneWord => "floor: dirty lines",
        Work.OneWordClaimed => "floor: dirty lines, a claim each",
        _ => "floor: whole slots of 64 B",
    };

    public override SeatReport Play(Seat seat, Part part)
    {
        using MappedLines shared = new(Path.Combine(seat.Job.Directory, "lines"), (Lines * SlotSize) + MappedLines.Pair);
        long* turn = shared.Word(0);
        byte* lines = shared.Start + MappedLines.Pair;
        seat.Gather();
        return seat.IsProducer ? WriteAll(seat, turn, lines) : ReadAll(seat, turn, lines);
    }

    /// <summary>Turns are even for the writer, odd for the reader, and negative at the end.</summary>
    private SeatReport WriteAll(Seat seat, long* turn, byte* lines)
    {
        long warm = Stopwatch.GetTimestamp() + seat.WarmUpTicks;
        long end = warm + seat.Ticks;
        long ticks = 0;
        long counted = 0;
        long round = 0;
        for (long now = 0; now < end; round += 2)
        {
            long begin = Stopwatch.GetTimestamp();
            switch (work)
            {
                case Work.OneWord:
                    Write(lines, round);
                    break;
                case Work.OneWordClaimed:
                    WriteClaimed(lines, round);
                    break;
                default:
                    WriteSlots(lines, round);
                    break;
            }

            // The next turn is a locked store: the clock stops when the last line has been written, not when it has been queued.
            _ = Interlocked.Exchange(ref *turn, round + 1);
            now = Stopwatch.GetTimestamp();
            if (begin >= warm)
            {
                ticks += now - begin;
                counted++;
            }

            while (Volatile.Read(ref *turn) != round + 2)
            {
            }
        }

        // The reader tells both sides' figure.
        *(double*)(turn + 1) = (double)ticks / counted;
        Volatile.Write(ref *turn, -1);
        return new SeatReport();
    }

    private SeatReport ReadAll(Seat seat, long* turn, byte* lines)
    {
        long warm = Stopwatch.GetTimestamp() + seat.WarmUpTicks;
        long ticks = 0;
        long counted = 0;
        long sum = 0;
        while (true)
        {
            long now;
            while (((now = Volatile.Read(ref *turn)) & 1) == 0)
            {
            }

            if (now < 0) break;
            long begin = Stopwatch.GetTimestamp();
            sum += work == Work.WholeSlot ? ReadSlots(lines) : Read(lines);
            long end = Stopwatch.GetTimestamp();
            if (begin >= warm)
            {
                ticks += end - begin;
                counted++;
            }

            Volatile.Write(ref *turn, now + 1);
        }

        GC.KeepAlive(sum);
        double slower = Math.Max((double)ticks / counted, *(double*)(turn + 1));
        return new SeatReport { Rate = Lines * (double)Stopwatch.Frequency / slower };
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Write(byte* lines, long value)
    {
        for (int i = 0; i < Lines; i++) *(long*)(lines + (i * LineSize)) = value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void WriteClaimed(byte* lines, long value)
    {
        long claims = 0;
        for (int i = 0; i < Lines; i++)
        {
            _ = Interlocked.Increment(ref claims);
            *(long*)(lines + (i * LineSize)) = value;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long Read(byte* lines)
    {
        long sum = 0;
        for (int i = 0; i < Lines; i++) sum += *(long*)(lines + (i * LineSize));
        return sum;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void WriteSlots(byte* slots, long value)
    {
        for (byte* slot = slots; slot < slots + (Lines * SlotSize); slot += SlotSize)
        {
            for (int i = 1; i < SlotSize / sizeof(long); i++) Volatile.Write(ref *((long*)slot + i), value);
            Volatile.Write(ref *(long*)slot, value);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long ReadSlots(byte* slots)
    {
        long sum = 0;
        for (byte* slot = slots; slot < slots + (Lines * SlotSize); slot += SlotSize)
        {
            Vector256<long> halves = Vector256.Load((long*)slot + 1) + Vector256.Load((long*)slot + 5);
            sum += *(long*)slot + Vector256.Sum(halves);
            Volatile.Write(ref *(slot + (sizeof(long) - 1)), 0);
        }

        return sum;
    }
}

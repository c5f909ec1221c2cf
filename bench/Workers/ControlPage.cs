using System.Diagnostics;
using TypedShmQueue.Bench.Measuring;

namespace TypedShmQueue.Bench.Workers;

/// <summary>A page that the seats of one job share to start together and to end. bench/native/control.hpp lays it out alike.</summary>
internal sealed unsafe class ControlPage(string directory) : IDisposable
{
    private const int Pairs = 10;
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(10);

    private readonly MappedLines _lines = new(Path.Combine(directory, "control"), Pairs * MappedLines.Pair);

    private ref long Arrived => ref *_lines.Word(0);

    private ref long ProducersDone => ref *_lines.Word(1);

    /// <summary>When the message under way was sent: read by whoever it wakes.</summary>
    public ref long SentAt => ref *_lines.Word(2);

    /// <summary>The last message that was acknowledged outside the contestant.</summary>
    public ref long Acknowledged => ref *_lines.Word(3);

    private ref long Left => ref *_lines.Word(4);

    private long* Released => _lines.Word(5);

    private long* Taken => _lines.Word(6);

    /// <summary>When the victim was killed, as a timestamp; 0 before.</summary>
    public ref long KilledAt => ref *_lines.Word(7);

    /// <summary>How many of the victim's sends have returned.</summary>
    public ref long Returned => ref *_lines.Word(8);

    /// <summary>Not 0 when the survivors may end.</summary>
    public ref long Over => ref *_lines.Word(9);

    /// <summary>Waits until every seat is here.</summary>
    public void Gather(int seats) => Meet(ref Arrived, seats);

    /// <summary>Waits until every seat is done: one that closed its end sooner would break a stream that another still writes to.</summary>
    public void Leave(int seats) => Meet(ref Left, seats);

    private static void Meet(ref long count, int seats)
    {
        _ = Interlocked.Increment(ref count);
        long start = Stopwatch.GetTimestamp();
        while (Volatile.Read(ref count) < seats)
        {
            if (Stopwatch.GetElapsedTime(start) > s_longestWait) throw new TimeoutException("Not every seat came.");
            _ = Thread.Yield();
        }
    }

    /// <summary>Lets the consumers, who sleep, take what there is: the number of messages that were sent to each.</summary>
    public void Release(long sent)
    {
        Volatile.Write(ref *Released, sent);
        Libc.Wake((uint*)Released, int.MaxValue);
    }

    /// <summary>Sleeps until more is released than was before.</summary>
    public long AwaitRelease(long before)
    {
        while (Volatile.Read(ref *Released) == before) Libc.Wait((uint*)Released, (uint)before);
        return Volatile.Read(ref *Released);
    }

    /// <summary>A consumer took so many messages.</summary>
    public void Take(long count)
    {
        _ = Interlocked.Add(ref *Taken, count);
        Libc.Wake((uint*)Taken, 1);
    }

    /// <summary>Sleeps until the consumers have taken so many messages, all together.</summary>
    public void AwaitTaken(long all)
    {
        for (long taken; (taken = Volatile.Read(ref *Taken)) < all;) Libc.Wait((uint*)Taken, (uint)taken);
    }

    /// <summary>Whether the caller is the last producer to be done: it sends the end marks, which so come after every message.</summary>
    public bool IsLastProducer(int producers) => Interlocked.Increment(ref ProducersDone) == producers;

    public void Dispose() => _lines.Dispose();
}

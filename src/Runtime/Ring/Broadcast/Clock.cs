using TypedShmQueue.Layout;
using TypedShmQueue.Region;

namespace TypedShmQueue.Ring.Broadcast;

/// <summary>The time by which messages and absences age: a queue's own, which only goes forward as long as the machine runs.</summary>
/// <remarks>
/// <para>The wall clock can be set, by an hour or by years, and every duration that is measured by it ends too early or too late. So a
/// queue's time is the time since the machine's start and an offset, which the segment holds together with a number of that start.</para>
/// <para>A queue on disk outlives the machine's start. Whoever first opens it after one finds another number, and sets the offset by the
/// wall clock, the only clock that spans a restart. If that one is behind, some stamps are of the future. They are not trusted: what bears
/// one counts as of now when somebody looks at it, so it is held or kept once more for as long as was asked for, and never longer.</para>
/// </remarks>
internal static class Clock
{
    /// <summary>In a Debug build, what this thread takes for the machine's clocks. Null: they themselves.</summary>
    [ThreadStatic]
    public static ClockShift? Shift;

    /// <summary>Milliseconds since 1970, UTC, by the wall clock: for people, and to span a restart of the machine.</summary>
    public static long Wall => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + (Shifted?.Wall ?? 0);

    private static long SinceStart => BootClock.Milliseconds + (Shifted?.SinceStart ?? 0);

    private static ClockShift? Shifted =>
#if TSQ_STEPS
        Shift;
#else
        null;
#endif

    /// <summary>The queue's time, in milliseconds. When the queue was created it was the wall clock's.</summary>
    public static long Now(in SubscriptionsView queue) => SinceStart + queue.Clock.Offset;

    /// <summary>Sets a queue's clock, if nobody has since the machine's start. Precondition: the segment may be written.</summary>
    public static void Begin(ref long word)
    {
        uint start = Shifted?.Start ?? BootClock.Start;
        while (true)
        {
            ClockWord seen = new(Volatile.Read(ref word));
            if (seen.Start == start) return;
            if (Interlocked.CompareExchange(ref word, ClockWord.Of(start, Wall - SinceStart).Word, seen.Word) == seen.Word) return;
        }
    }
}

/// <summary>Clocks of a test.</summary>
/// <param name="Wall">Milliseconds by which the wall clock is ahead.</param>
/// <param name="SinceStart">Milliseconds by which the time since the machine's start is ahead.</param>
/// <param name="Start">The number of the machine's start.</param>
internal sealed record ClockShift(long Wall, long SinceStart, uint Start);

using System.Diagnostics;
using System.Runtime.CompilerServices;
using TypedShmQueue.Ring;

namespace TypedShmQueue.Stepper.Tests.Stepping;

/// <summary>
/// Shared memory, one access at a time: each asks the <see cref="Scheduler"/> first. A message is copied in two halves, with a step
/// between them, so that one read while it is written is torn.
/// </summary>
internal readonly unsafe struct SteppingMemory : IMemory
{
    private static long s_reads;

    /// <summary>
    /// A second more each time: whoever looks twice at the same place has been held up there for long, whatever the schedule.
    /// </summary>
    public static long Now => Interlocked.Increment(ref s_reads) * Stopwatch.Frequency;

    public static long Milliseconds => Scheduler.Current?.Milliseconds ?? 0;

    public static long LoadAcquire(ref long word)
    {
        Step(ref word);
        long value = Volatile.Read(ref word);
        if (Scheduler.Current is { IsTraced: true } s) s.Note($"loads {Chart.NameOf(ref word)}: {Chart.Show(ref word, value)}");
        return value;
    }

    public static void StoreRelease(ref long word, long value)
    {
        Step(ref word);
        Volatile.Write(ref word, value);
        if (Scheduler.Current is { IsTraced: true } s) s.Note($"stores {Chart.NameOf(ref word)} = {Chart.Show(ref word, value)}");
    }

    public static bool CompareAndSwap(ref long word, long expected, long desired)
    {
        Step(ref word);
        bool done = Interlocked.CompareExchange(ref word, desired, expected) == expected;
        if (Scheduler.Current is { IsTraced: true } s)
            s.Note($"swaps {Chart.NameOf(ref word)}: {Chart.Show(ref word, expected)} to {Chart.Show(ref word, desired)}, "
                + $"{(done ? "done" : "failed")}");
        return done;
    }

    /// <summary>Counters are only added to until the end: whoever comes first, the sum is the same.</summary>
    public static void Add(ref long word, long value)
    {
        Scheduler.Current?.Step(commutes: true);
        Interlocked.Add(ref word, value);
        if (Scheduler.Current is { IsTraced: true } s) s.Note($"adds {value} to {Chart.NameOf(ref word)}");
    }

    public static void LoadFence()
    {
        // Accesses are made in program order here; what fences are for is docs/protocol.md's business.
    }

    public static void OwnLine(ref long word)
    {
        Step(ref word);
        HardwareMemory.OwnLine(ref word);
        if (Scheduler.Current is { IsTraced: true } s) s.Note($"owns the line of {Chart.NameOf(ref word)}");
    }

    public static void Write<T>(byte* message, in T value) where T : unmanaged
    {
        T copy = value;
        CopyByHalves((byte*)&copy, message, sizeof(T), "writes");
    }

    public static void Read<T>(byte* message, out T destination) where T : unmanaged
    {
        T copy = default;
        CopyByHalves(message, (byte*)&copy, sizeof(T), "reads");
        destination = copy;
    }

    private static void CopyByHalves(byte* from, byte* to, int size, string what)
    {
        int half = size / 2;
        Scheduler.Current?.Step(commutes: false);
        Unsafe.CopyBlockUnaligned(to, from, (uint)half);
        Scheduler.Current?.Step(commutes: false);
        Unsafe.CopyBlockUnaligned(to + half, from + half, (uint)(size - half));
        if (Scheduler.Current is { IsTraced: true } s) s.Note($"{what} message {*(long*)to} (second half just now)");
    }

    private static void Step(ref long word)
    {
        // Nobody ever writes to a lane that is nobody's: a look at it is no step.
        if (Scheduler.Current is { } scheduler && !Chart.IsIdleLane(ref word)) scheduler.Step(commutes: false);
    }
}

using TypedShmQueue.Ring;

namespace TypedShmQueue.Stepper.Tests.Stepping;

/// <summary>
/// As <see cref="SteppingMemory"/>, with a step before each access to a mark too: threads of one process get between those of each other.
/// </summary>
internal readonly unsafe struct MarkSteppingMemory : IMemory
{
    public static long Now => SteppingMemory.Now;

    public static long Milliseconds => SteppingMemory.Milliseconds;

    public static int LoadMark(ref int mark)
    {
        Scheduler.Current?.Step(commutes: false);
        int value = Volatile.Read(ref mark);
        if (Scheduler.Current is { IsTraced: true } s) s.Note($"loads a mark: {value}");
        return value;
    }

    public static void StoreMark(ref int mark, int value)
    {
        Scheduler.Current?.Step(commutes: false);
        Volatile.Write(ref mark, value);
        if (Scheduler.Current is { IsTraced: true } s) s.Note($"stores a mark = {value}");
    }

    public static bool CompareAndSwapMark(ref int mark, int expected, int desired)
    {
        Scheduler.Current?.Step(commutes: false);
        bool done = Interlocked.CompareExchange(ref mark, desired, expected) == expected;
        if (Scheduler.Current is { IsTraced: true } s) s.Note($"swaps a mark: {expected} to {desired}, {(done ? "done" : "failed")}");
        return done;
    }

    public static void FenceOwnThreads()
    {
        // Accesses are made in program order here.
    }

    public static long LoadAcquire(ref long word) => SteppingMemory.LoadAcquire(ref word);

    public static void StoreRelease(ref long word, long value) => SteppingMemory.StoreRelease(ref word, value);

    public static bool CompareAndSwap(ref long word, long expected, long desired) =>
        SteppingMemory.CompareAndSwap(ref word, expected, desired);

    public static void Add(ref long word, long value) => SteppingMemory.Add(ref word, value);

    public static void LoadFence() => SteppingMemory.LoadFence();

    public static void OwnLine(ref long word) => SteppingMemory.OwnLine(ref word);

    public static void Write<T>(byte* message, in T value) where T : unmanaged => SteppingMemory.Write(message, value);

    public static void Read<T>(byte* message, out T destination) where T : unmanaged => SteppingMemory.Read(message, out destination);
}

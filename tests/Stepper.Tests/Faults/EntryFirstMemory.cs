using System.Runtime.CompilerServices;
using TypedShmQueue.Layout;
using TypedShmQueue.Ring;
using TypedShmQueue.Stepper.Tests.Stepping;

namespace TypedShmQueue.Stepper.Tests.Faults;

/// <summary>A member whose entry goes before the word says what became of the message (G2 the wrong way round).</summary>
internal readonly unsafe struct EntryFirstMemory : IMemory
{
    [ThreadStatic]
    private static long* t_first;

    public static long Now => SteppingMemory.Now;

    public static long Milliseconds => SteppingMemory.Milliseconds;

    public static long LoadAcquire(ref long word) => SteppingMemory.LoadAcquire(ref word);

    public static void StoreRelease(ref long word, long value)
    {
        if (Chart.IsFirstOfLease(ref word) && value != 0) t_first = (long*)Unsafe.AsPointer(ref word);
        SteppingMemory.StoreRelease(ref word, value);
    }

    public static bool CompareAndSwap(ref long word, long expected, long desired)
    {
        if (Chart.IsLedgerWord(ref word) && new LedgerWord(desired).IsDone) SteppingMemory.StoreRelease(ref *t_first, 0);
        return SteppingMemory.CompareAndSwap(ref word, expected, desired);
    }

    public static void Add(ref long word, long value) => SteppingMemory.Add(ref word, value);

    public static void LoadFence() => SteppingMemory.LoadFence();

    public static void OwnLine(ref long word) => SteppingMemory.OwnLine(ref word);

    public static void Write<T>(byte* message, in T value) where T : unmanaged => SteppingMemory.Write(message, value);

    public static void Read<T>(byte* message, out T destination) where T : unmanaged => SteppingMemory.Read(message, out destination);
}

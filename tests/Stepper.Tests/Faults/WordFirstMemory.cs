using TypedShmQueue.Ring;
using TypedShmQueue.Stepper.Tests.Programs;
using TypedShmQueue.Stepper.Tests.Stepping;

namespace TypedShmQueue.Stepper.Tests.Faults;

/// <summary>Producers without E1: the word is there before its message.</summary>
internal readonly unsafe struct WordFirstMemory : IMemory
{
    [ThreadStatic]
    private static (nint Message, Pair Value) t_late;

    public static long Now => SteppingMemory.Now;

    public static long LoadAcquire(ref long word) => SteppingMemory.LoadAcquire(ref word);

    public static void StoreRelease(ref long word, long value)
    {
        SteppingMemory.StoreRelease(ref word, value);
        (nint message, Pair late) = t_late;
        t_late = default;
        if (message != 0) SteppingMemory.Write((byte*)message, late);
    }

    public static bool CompareAndSwap(ref long word, long expected, long desired) =>
        SteppingMemory.CompareAndSwap(ref word, expected, desired);

    public static void Add(ref long word, long value) => SteppingMemory.Add(ref word, value);

    public static void LoadFence() => SteppingMemory.LoadFence();

    public static void OwnLine(ref long word) => SteppingMemory.OwnLine(ref word);

    public static void Write<T>(byte* message, in T value) where T : unmanaged => t_late = ((nint)message, (Pair)(object)value);

    public static void Read<T>(byte* message, out T destination) where T : unmanaged => SteppingMemory.Read(message, out destination);
}

using TypedShmQueue.Ring;
using TypedShmQueue.Stepper.Tests.Stepping;

namespace TypedShmQueue.Stepper.Tests.Faults;

/// <summary>A cursor that is moved once, from where it was seen, and not to where it must be before anybody relies on it.</summary>
internal readonly unsafe struct CursorStoringMemory : IMemory
{
    public static long Now => SteppingMemory.Now;

    public static long Milliseconds => SteppingMemory.Milliseconds;

    public static long LoadAcquire(ref long word) => SteppingMemory.LoadAcquire(ref word);

    public static void StoreRelease(ref long word, long value) => SteppingMemory.StoreRelease(ref word, value);

    public static bool CompareAndSwap(ref long word, long expected, long desired) =>
        SteppingMemory.CompareAndSwap(ref word, expected, desired) || Chart.IsCursorOfGroup(ref word);

    public static void Add(ref long word, long value) => SteppingMemory.Add(ref word, value);

    public static void LoadFence() => SteppingMemory.LoadFence();

    public static void OwnLine(ref long word) => SteppingMemory.OwnLine(ref word);

    public static void Write<T>(byte* message, in T value) where T : unmanaged => SteppingMemory.Write(message, value);

    public static void Read<T>(byte* message, out T destination) where T : unmanaged => SteppingMemory.Read(message, out destination);
}

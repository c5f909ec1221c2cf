using TypedShmQueue.Ring;
using TypedShmQueue.Stepper.Tests.Stepping;

namespace TypedShmQueue.Stepper.Tests.Faults;

/// <summary>
/// Without T2: a thread that completes keeps nobody out, and looks at the mark alone, as the mark's holder looked before it.
/// </summary>
internal readonly unsafe struct OpenDoorMemory : IMemory
{
    public static long Now => SteppingMemory.Now;

    public static int LoadMark(ref int mark) => MarkSteppingMemory.LoadMark(ref mark);

    public static void StoreMark(ref int mark, int value) => MarkSteppingMemory.StoreMark(ref mark, value);

    public static bool CompareAndSwapMark(ref int mark, int expected, int desired) => true;

    public static void FenceOwnThreads() => MarkSteppingMemory.FenceOwnThreads();

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

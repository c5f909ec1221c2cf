using TypedShmQueue.Layout;
using TypedShmQueue.Ring;
using TypedShmQueue.Stepper.Tests.Stepping;

namespace TypedShmQueue.Stepper.Tests.Faults;

/// <summary>A member that stores the word of a message it takes back, and does not swap it from the word that it saw.</summary>
internal readonly unsafe struct ReturnStoringMemory : IMemory
{
    public static long Now => SteppingMemory.Now;

    public static long Milliseconds => SteppingMemory.Milliseconds;

    public static long LoadAcquire(ref long word) => SteppingMemory.LoadAcquire(ref word);

    public static void StoreRelease(ref long word, long value) => SteppingMemory.StoreRelease(ref word, value);

    public static bool CompareAndSwap(ref long word, long expected, long desired)
    {
        if (!Chart.IsLedgerWord(ref word) || !new LedgerWord(desired).IsReturned)
            return SteppingMemory.CompareAndSwap(ref word, expected, desired);
        SteppingMemory.StoreRelease(ref word, desired);
        return true;
    }

    public static void Add(ref long word, long value) => SteppingMemory.Add(ref word, value);

    public static void LoadFence() => SteppingMemory.LoadFence();

    public static void OwnLine(ref long word) => SteppingMemory.OwnLine(ref word);

    public static void Write<T>(byte* message, in T value) where T : unmanaged => SteppingMemory.Write(message, value);

    public static void Read<T>(byte* message, out T destination) where T : unmanaged => SteppingMemory.Read(message, out destination);
}

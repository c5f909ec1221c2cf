using System.Runtime.CompilerServices;
using TypedShmQueue.Layout;
using TypedShmQueue.Ring;
using TypedShmQueue.Stepper.Tests.Stepping;

namespace TypedShmQueue.Stepper.Tests.Faults;

/// <summary>A member that takes first, and says so in its entry after that (G1 the wrong way round).</summary>
internal readonly unsafe struct LateAnnouncementMemory : IMemory
{
    [ThreadStatic]
    private static long* t_first;

    [ThreadStatic]
    private static long t_position;

    public static long Now => SteppingMemory.Now;

    public static long Milliseconds => SteppingMemory.Milliseconds;

    public static long LoadAcquire(ref long word) => SteppingMemory.LoadAcquire(ref word);

    public static void StoreRelease(ref long word, long value)
    {
        if (!Chart.IsFirstOfLease(ref word) || value == 0)
        {
            SteppingMemory.StoreRelease(ref word, value);
            return;
        }

        t_first = (long*)Unsafe.AsPointer(ref word);
        t_position = value;
    }

    public static bool CompareAndSwap(ref long word, long expected, long desired)
    {
        bool done = SteppingMemory.CompareAndSwap(ref word, expected, desired);
        bool takes = Chart.IsNextOfGroup(ref word) || (Chart.IsLedgerWord(ref word) && new LedgerWord(desired).IsLeased);
        if (done && takes) SteppingMemory.StoreRelease(ref *t_first, t_position);
        return done;
    }

    public static void Add(ref long word, long value) => SteppingMemory.Add(ref word, value);

    public static void LoadFence() => SteppingMemory.LoadFence();

    public static void OwnLine(ref long word) => SteppingMemory.OwnLine(ref word);

    public static void Write<T>(byte* message, in T value) where T : unmanaged => SteppingMemory.Write(message, value);

    public static void Read<T>(byte* message, out T destination) where T : unmanaged => SteppingMemory.Read(message, out destination);
}

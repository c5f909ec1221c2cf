using System.Runtime.CompilerServices;
using TypedShmQueue.Ring;
using TypedShmQueue.Stepper.Tests.Stepping;

namespace TypedShmQueue.Stepper.Tests.Faults;

/// <summary>A subscriber that does not look at head after its copy: the look after a load fence finds head where it began.</summary>
internal readonly unsafe struct UncheckedCopyMemory : IMemory
{
    [ThreadStatic]
    private static bool t_fenced;

    public static long Now => SteppingMemory.Now;

    public static long LoadAcquire(ref long word)
    {
        bool looks = t_fenced && Scheduler.Current is { } s
            && (Unsafe.AreSame(ref word, ref s.Board.View.Head) || Unsafe.AreSame(ref word, ref s.Board.View.Displaces));
        t_fenced = false;
        return looks ? 0 : SteppingMemory.LoadAcquire(ref word);
    }

    public static void StoreRelease(ref long word, long value) => SteppingMemory.StoreRelease(ref word, value);

    public static bool CompareAndSwap(ref long word, long expected, long desired) =>
        SteppingMemory.CompareAndSwap(ref word, expected, desired);

    public static void Add(ref long word, long value) => SteppingMemory.Add(ref word, value);

    public static void LoadFence() => t_fenced = true;

    public static void OwnLine(ref long word) => SteppingMemory.OwnLine(ref word);

    public static void Write<T>(byte* message, in T value) where T : unmanaged => SteppingMemory.Write(message, value);

    public static void Read<T>(byte* message, out T destination) where T : unmanaged => SteppingMemory.Read(message, out destination);
}

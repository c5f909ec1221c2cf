using System.Runtime.CompilerServices;
using TypedShmQueue.Layout;
using TypedShmQueue.Ring;
using TypedShmQueue.Stepper.Tests.Stepping;

namespace TypedShmQueue.Stepper.Tests.Faults;

/// <summary>A producer that moves head before it announces the floor: the two swaps in the wrong order.</summary>
internal readonly unsafe struct HeadFirstMemory : IMemory
{
    public static long Now => SteppingMemory.Now;

    public static long LoadAcquire(ref long word) => SteppingMemory.LoadAcquire(ref word);

    public static void StoreRelease(ref long word, long value) => SteppingMemory.StoreRelease(ref word, value);

    public static bool CompareAndSwap(ref long word, long expected, long desired)
    {
        if (Scheduler.Current?.Board.View is { } view && Unsafe.AreSame(ref word, ref view.Floor))
        {
            long head = SteppingMemory.LoadAcquire(ref view.Head);
            _ = SteppingMemory.CompareAndSwap(ref view.Head, head, new FloorWord(desired).PositionFrom(head));
        }

        return SteppingMemory.CompareAndSwap(ref word, expected, desired);
    }

    public static void Add(ref long word, long value) => SteppingMemory.Add(ref word, value);

    public static void LoadFence() => SteppingMemory.LoadFence();

    public static void OwnLine(ref long word) => SteppingMemory.OwnLine(ref word);

    public static void Write<T>(byte* message, in T value) where T : unmanaged => SteppingMemory.Write(message, value);

    public static void Read<T>(byte* message, out T destination) where T : unmanaged => SteppingMemory.Read(message, out destination);
}

using System.Runtime.CompilerServices;
using TypedShmQueue.Ring;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.Peer;

/// <summary>
/// Each shared access of the ring in a method of its own, so that a test finds its machine code. Nothing here is inlined, and all of it is
/// called.
/// </summary>
internal static class Primitives
{
    private static readonly long[] s_words = new long[2];
    private static readonly int[] s_marks = new int[2];

    public static void Run()
    {
        for (int i = 0; i < 2; i++)
        {
            PrimitiveStore(ref s_words[0], PrimitiveLoad(ref s_words[1]));
            PrimitiveStoreMark(ref s_marks[0], PrimitiveLoadMark(ref s_marks[1]));
            _ = PrimitiveSwap(ref s_words[0], 1, 2);
            _ = PrimitiveSwapMark(ref s_marks[0], 1, 2);
            PrimitiveAdd(ref s_words[1], 1);
            _ = PrimitiveReadBehindFence(ref s_words[0], ref s_words[1]);
            PrimitiveOwn(ref s_words[0]);
            _ = PrimitiveHeavy();
        }

        Orders.Say("done");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long PrimitiveLoad(ref long word) => HardwareMemory.LoadAcquire(ref word);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void PrimitiveStore(ref long word, long value) => HardwareMemory.StoreRelease(ref word, value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool PrimitiveSwap(ref long word, long expected, long desired) =>
        HardwareMemory.CompareAndSwap(ref word, expected, desired);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int PrimitiveLoadMark(ref int mark) => HardwareMemory.LoadMark(ref mark);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void PrimitiveStoreMark(ref int mark, int value) => HardwareMemory.StoreMark(ref mark, value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool PrimitiveSwapMark(ref int mark, int expected, int desired) => Swap<HardwareMemory>(ref mark, expected, desired);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void PrimitiveAdd(ref long word, long value) => HardwareMemory.Add(ref word, value);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static long PrimitiveReadBehindFence(ref long first, ref long second)
    {
        long read = first;
        HardwareMemory.LoadFence();
        return read + second;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void PrimitiveOwn(ref long word) => HardwareMemory.OwnLine(ref word);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool PrimitiveHeavy() => AsymmetricFence.TryHeavy();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Swap<TMemory>(ref int mark, int expected, int desired) where TMemory : struct, IMemory =>
        TMemory.CompareAndSwapMark(ref mark, expected, desired);
}

using System.Runtime.CompilerServices;

namespace TypedShmQueue.Ring;

/// <summary>Shared memory as the processor has it.</summary>
internal readonly unsafe struct HardwareMemory : IMemory
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long LoadAcquire(ref long word) => Volatile.Read(ref word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreRelease(ref long word, long value) => Volatile.Write(ref word, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool CompareAndSwap(ref long word, long expected, long desired) =>
        Interlocked.CompareExchange(ref word, desired, expected) == expected;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref long word, long value) => Interlocked.Add(ref word, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadFence() => Volatile.ReadBarrier();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<T>(byte* message, in T value) where T : unmanaged => Unsafe.WriteUnaligned(message, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Read<T>(byte* message) where T : unmanaged => Unsafe.ReadUnaligned<T>(message);
}

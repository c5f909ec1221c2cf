using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace TypedShmQueue.Ring;

/// <summary>Shared memory as the processor has it.</summary>
internal readonly unsafe struct HardwareMemory : IMemory
{
    /// <summary>
    /// Bytes of the largest message that is copied as a value. A value can take room on the stack, also where none is written in the
    /// source.
    /// </summary>
    private const int LargestAsValue = 1024;

    public static long Now => Stopwatch.GetTimestamp();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long LoadAcquire(ref long word) => Volatile.Read(ref word);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreRelease(ref long word, long value) => Volatile.Write(ref word, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool CompareAndSwap(ref long word, long expected, long desired) =>
        Interlocked.CompareExchange(ref word, desired, expected) == expected;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int LoadMark(ref int mark) => Volatile.Read(ref mark);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreMark(ref int mark, int value) => Volatile.Write(ref mark, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(ref long word, long value) => Interlocked.Add(ref word, value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void LoadFence() => Volatile.ReadBarrier();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OwnLine(ref long word) =>
        Volatile.Write(ref Unsafe.Add(ref Unsafe.As<long, byte>(ref word), BitConverter.IsLittleEndian ? sizeof(long) - 1 : 0), 0);

    /// <remarks>
    /// Word by word, not by vectors: stores of vectors to lines that another core has read wait for one line after the other, those of
    /// words are answered for several lines at once. docs/performance.md has the measurement.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write<T>(byte* message, in T value) where T : unmanaged
    {
        ref byte source = ref Unsafe.As<T, byte>(ref Unsafe.AsRef(in value));
        int offset = 0;
        for (; offset <= sizeof(T) - (4 * sizeof(long)); offset += 4 * sizeof(long))
        {
            Copy<long>(message, ref source, offset);
            Copy<long>(message, ref source, offset + sizeof(long));
            Copy<long>(message, ref source, offset + (2 * sizeof(long)));
            Copy<long>(message, ref source, offset + (3 * sizeof(long)));
        }

        for (; offset <= sizeof(T) - sizeof(long); offset += sizeof(long)) Copy<long>(message, ref source, offset);
        if ((sizeof(T) & sizeof(int)) != 0)
        {
            Copy<int>(message, ref source, offset);
            offset += sizeof(int);
        }

        if ((sizeof(T) & sizeof(short)) != 0)
        {
            Copy<short>(message, ref source, offset);
            offset += sizeof(short);
        }

        if ((sizeof(T) & sizeof(byte)) != 0) Copy<byte>(message, ref source, offset);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Copy<TWord>(byte* message, ref byte source, int offset) where TWord : unmanaged =>
        Unsafe.WriteUnaligned(message + offset, Unsafe.ReadUnaligned<TWord>(ref Unsafe.Add(ref source, offset)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Read<T>(byte* message, out T destination) where T : unmanaged
    {
        if (sizeof(T) <= LargestAsValue) ReadValue(message, out destination);
        else ReadBlock(message, out destination);
    }

    /// <summary>
    /// As a value, so that a small message may stay in registers. In a method of its own: unoptimised, its frame holds the value.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void ReadValue<T>(byte* message, out T destination)
        where T : unmanaged => destination = Unsafe.ReadUnaligned<T>(message);

    private static void ReadBlock<T>(byte* message, out T destination) where T : unmanaged
    {
        Unsafe.SkipInit(out destination);
        Unsafe.CopyBlockUnaligned(ref Unsafe.As<T, byte>(ref destination), ref *message, (uint)sizeof(T));
    }
}

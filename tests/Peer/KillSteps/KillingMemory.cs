using System.Diagnostics;
using System.Runtime.CompilerServices;
using TypedShmQueue.Ring;

namespace TypedShmQueue.Peer.KillSteps;

/// <summary>
/// Shared memory, at whose k-th access this process kills or stops itself, as from outside, before the access is made. A message
/// is copied in two halves, so that a death finds one half written.
/// </summary>
internal readonly unsafe struct KillingMemory : IMemory
{
    private static long s_left = long.MaxValue;
    private static long s_reads;
    private static Action s_then = SelfSignal.Kill;

    /// <summary>A second more each time: how often an access comes does not depend on how fast this runs.</summary>
    public static long Now => Interlocked.Increment(ref s_reads) * Stopwatch.Frequency;

    /// <summary>The machine's clock stands still.</summary>
    public static long Milliseconds => 1_000_000;

    /// <summary>From now on: dies (or does something else) before this access, counted from 1.</summary>
    public static void Arm(long access, Action then)
    {
        s_then = then;
        s_left = access;
    }

    public static void Disarm() => s_left = long.MaxValue;

    public static long LoadAcquire(ref long word)
    {
        Step();
        return HardwareMemory.LoadAcquire(ref word);
    }

    public static void StoreRelease(ref long word, long value)
    {
        Step();
        HardwareMemory.StoreRelease(ref word, value);
    }

    public static bool CompareAndSwap(ref long word, long expected, long desired)
    {
        Step();
        return HardwareMemory.CompareAndSwap(ref word, expected, desired);
    }

    public static void Add(ref long word, long value)
    {
        Step();
        HardwareMemory.Add(ref word, value);
    }

    public static void LoadFence() => HardwareMemory.LoadFence();

    public static void OwnLine(ref long word)
    {
        Step();
        HardwareMemory.OwnLine(ref word);
    }

    public static void Write<T>(byte* message, in T value) where T : unmanaged
    {
        T copy = value;
        int half = sizeof(T) / 2;
        Step();
        Unsafe.CopyBlockUnaligned(message, &copy, (uint)half);
        Step();
        Unsafe.CopyBlockUnaligned(message + half, (byte*)&copy + half, (uint)(sizeof(T) - half));
    }

    public static void Read<T>(byte* message, out T destination) where T : unmanaged
    {
        Step();
        HardwareMemory.Read(message, out destination);
    }

    private static void Step()
    {
        if (--s_left == 0) s_then();
    }
}

using System.Runtime.InteropServices;

namespace TypedShmQueue.Waiting;

/// <summary>futex (shared, not private to a process) and membarrier(GLOBAL_EXPEDITED), by system call number: libc has no wrapper.</summary>
internal sealed unsafe partial class LinuxParkingPort : ParkingPort
{
    private const int OnlineProcessors = 84;
    private const int FutexWait = 0;
    private const int FutexWake = 1;
    private const int FenceEverybody = 1 << 1;
    private const int RegisterForFences = 1 << 2;

    private static readonly bool s_arm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    private static nint FutexNumber => s_arm ? 98 : 202;

    private static nint MembarrierNumber => s_arm ? 283 : 324;

    public override int MachineProcessors { get; } = (int)GetConfiguration(OnlineProcessors);

    public override void Park(uint* word, uint value, TimeSpan atMost)
    {
        Timespec timeout = new() { Seconds = (long)atMost.TotalSeconds, Nanoseconds = atMost.Ticks % TimeSpan.TicksPerSecond * 100 };
        // A changed word, a signal and the timeout all mean the same to the caller: look again.
        _ = Futex(FutexNumber, word, FutexWait, value, &timeout, null, 0);
    }

    public override int Wake(uint* word, int count) => (int)Math.Max(0, Futex(FutexNumber, word, FutexWake, (uint)count, null, null, 0));

    public override bool TryRegisterForFences() => Membarrier(MembarrierNumber, RegisterForFences, 0, 0) == 0;

    public override bool TryFenceEverybody() => Membarrier(MembarrierNumber, FenceEverybody, 0, 0) == 0;

    // The collector must not be held up by a parked thread, so these are ordinary calls and not SuppressGCTransition ones.
    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint Futex(nint number, uint* word, int operation, uint value, Timespec* timeout, uint* word2, uint value3);

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint Membarrier(nint number, int command, uint flags, int cpu);

    [LibraryImport("libc", EntryPoint = "sysconf")]
    private static partial nint GetConfiguration(int name);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}

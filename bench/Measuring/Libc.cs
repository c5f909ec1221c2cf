using System.ComponentModel;
using System.Runtime.InteropServices;

namespace TypedShmQueue.Bench.Measuring;

/// <summary>The few system calls that the base library does not have.</summary>
internal static unsafe partial class Libc
{
    public const int FutexWait = 0;
    public const int FutexWake = 1;
    public const int ReadOnly = 0;
    public const int WriteOnly = 1;
    public const int CreateFlag = 0x40;
    public const int SetPipeSize = 1031;
    public const int Kill = 9;
    public const int Alarm = 14;
    public const int Stop = 19;

    private const int FutexNumberX64 = 202;
    private const int FutexNumberArm64 = 98;
    private const int ProcessCpuClock = 2;

    private static nint FutexNumber => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? FutexNumberArm64 : FutexNumberX64;

    /// <summary>Binds the calling thread to one core. Without the right to, it runs where it likes.</summary>
    public static void PinThisThread(int core)
    {
        ulong mask = 1UL << core;
        _ = SchedSetAffinity(0, sizeof(ulong), &mask);
    }

    public static void Wait(uint* word, uint value) => _ = Futex(FutexNumber, word, FutexWait, value, 0, 0, 0);

    public static void Wake(uint* word, int count) => _ = Futex(FutexNumber, word, FutexWake, (uint)count, 0, 0, 0);

    /// <summary>Sends itself a signal that no process can catch.</summary>
    public static void SignalThisProcess(int signal) => _ = Check(SendSignal(Environment.ProcessId, signal), "kill");

    /// <summary>Nanoseconds of processor time, user and system, of all threads of this process.</summary>
    public static long ProcessorTime()
    {
        long* time = stackalloc long[2];
        Check(ClockGetTime(ProcessCpuClock, time), "clock_gettime");
        return (time[0] * 1_000_000_000) + time[1];
    }

    public static nint Check(nint result, string call) =>
        result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{call}: {Marshal.GetLastPInvokeErrorMessage()}");

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SchedSetAffinity(int thread, nint size, ulong* mask);

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint Futex(nint number, uint* word, int operation, uint value, nint timeout, nint word2, uint value3);

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int SendSignal(int process, int signal);

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int ClockGetTime(int clock, long* time);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int descriptor, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int descriptor, byte* buffer, nint count);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "pipe", SetLastError = true)]
    public static partial int Pipe(int* ends);

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int MakeFifo(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "fcntl")]
    public static partial int Control(int descriptor, int command, nint value);

    [LibraryImport("libc", EntryPoint = "mq_open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int OpenQueue(string name, int flags, uint mode, long* attributes);

    [LibraryImport("libc", EntryPoint = "mq_send", SetLastError = true)]
    public static partial int SendToQueue(int queue, byte* message, nint length, uint priority);

    [LibraryImport("libc", EntryPoint = "mq_receive", SetLastError = true)]
    public static partial nint ReceiveFromQueue(int queue, byte* message, nint length, uint* priority);

    [LibraryImport("libc", EntryPoint = "mq_unlink", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int UnlinkQueue(string name);
}

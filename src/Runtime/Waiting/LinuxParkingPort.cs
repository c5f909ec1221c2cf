using System.Numerics;
using System.Runtime.InteropServices;

namespace TypedShmQueue.Waiting;

/// <summary>
/// futex (shared, not private to a process), futex_waitv and membarrier(GLOBAL_EXPEDITED), by system call number: libc has no wrapper.
/// </summary>
internal sealed unsafe partial class LinuxParkingPort : ParkingPort
{
    /// <summary>An <see cref="AppContext"/> switch: true makes this process do without futex_waitv, as on a system without it.</summary>
    public const string DisableFutexWaitAnySwitch = "TypedShmQueue.DisableFutexWaitv";

    private const int OnlineProcessors = 84;
    private const int UsageOfThisThread = 1;
    private const int UsageWords = 18;
    private const int UsageWillingSwitches = 16;
    private const int UsageUnwillingSwitches = 17;

    /// <summary>Words of a set of processors: more than any kernel is built for.</summary>
    private const int ProcessorSetWords = 1024;

    private const int FutexWait = 0;
    private const int FutexWake = 1;
    private const int FutexWaitAny = 449;
    private const int MostFutexesAtOnce = 128;
    private const int MonotonicClock = 1;
    private const int Interrupted = 4;
    private const int Again = 11;
    private const int TimedOut = 110;

    /// <summary>
    /// So many returns in a row for no reason at all, and futex_waitv is believed to be refused: a filter may answer with any number, those
    /// of the call itself included. A signal is a reason too, so one return alone proves nothing.
    /// </summary>
    private const int MostReturnsForNoReason = 16;

    private const int FenceEverybody = 1 << 1;
    private const int RegisterForFences = 1 << 2;

    private const long NanosecondsPerTick = TimeSpan.NanosecondsPerTick;
    private const long NanosecondsPerSecond = 1_000_000_000;

    private static readonly bool s_arm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    private static nint FutexNumber => s_arm ? 98 : 202;

    private static nint MembarrierNumber => s_arm ? 283 : 324;

    public override int MachineProcessors { get; } = (int)GetConfiguration(OnlineProcessors);

    public override int AllowedProcessors
    {
        get
        {
            ulong* allowed = stackalloc ulong[ProcessorSetWords];
            new Span<ulong>(allowed, ProcessorSetWords).Clear();
            if (GetAffinity(0, ProcessorSetWords * sizeof(ulong), allowed) < 0) return MachineProcessors;
            int count = 0;
            for (int i = 0; i < ProcessorSetWords; i++) count += BitOperations.PopCount(allowed[i]);
            // The runtime has looked at the quotas of this process's control groups.
            return Math.Min(Math.Max(1, count), Environment.ProcessorCount);
        }
    }

    public override long SwitchesOfThisThread
    {
        get
        {
            long* usage = stackalloc long[UsageWords];
            return GetUsage(UsageOfThisThread, usage) == 0 ? usage[UsageWillingSwitches] + usage[UsageUnwillingSwitches] : 0;
        }
    }

    public override void Park(uint* word, uint value, TimeSpan atMost)
    {
        Timespec timeout = new() { Seconds = (long)atMost.TotalSeconds,
            Nanoseconds = atMost.Ticks % TimeSpan.TicksPerSecond * NanosecondsPerTick };
        // A changed word, a signal and the timeout all mean the same to the caller: look again.
        _ = Futex(FutexNumber, word, FutexWait, value, &timeout, null, 0);
    }

    /// <summary>
    /// The longest park on one of several words, where there is no call for all of them: it bounds how late the others are seen.
    /// </summary>
    private static readonly TimeSpan s_longestParkOnOneOfMany = TimeSpan.FromMilliseconds(1);

    private volatile bool _parksOnAny = HasFutexWaitAny();
    private int _returnsForNoReason;

    // Linux has it since 5.16; some containers' filters refuse what they do not know, with whatever number they were given.
    public override int MostWordsAtOnce => _parksOnAny ? MostFutexesAtOnce : 1;

    public override void ParkOnAny(ReadOnlySpan<ParkingWord> words, TimeSpan atMost)
    {
        if (words.Length > 1 && _parksOnAny && TryParkOnAny(words, atMost)) return;
        TimeSpan longest = words.Length > 1 && atMost > s_longestParkOnOneOfMany ? s_longestParkOnOneOfMany : atMost;
        Park(words[0].Word, words[0].Value, longest);
    }

    /// <summary>False: the call is refused, from now on or since long. The caller has not parked.</summary>
    private bool TryParkOnAny(ReadOnlySpan<ParkingWord> words, TimeSpan atMost)
    {
        Timespec until = In(atMost);
        int error = WaitAny(words, &until);
        // A filter can be installed at any time.
        if (error is not (0 or Again or TimedOut or Interrupted)) return _parksOnAny = false;
        if (AnyHasChanged(words) || HasCome(until)) _returnsForNoReason = 0;
        else if (Interlocked.Increment(ref _returnsForNoReason) >= MostReturnsForNoReason) return _parksOnAny = false;
        return true;
    }

    private static bool AnyHasChanged(ReadOnlySpan<ParkingWord> words)
    {
        foreach (ParkingWord word in words)
        {
            if (Volatile.Read(ref *word.Word) != word.Value) return true;
        }

        return false;
    }

    /// <summary>Unlike futex, futex_waitv wants to know when, not for how long.</summary>
    private static Timespec In(TimeSpan time)
    {
        _ = GetTime(MonotonicClock, out Timespec until);
        long nanoseconds = until.Nanoseconds + (time.Ticks % TimeSpan.TicksPerSecond * NanosecondsPerTick);
        until.Seconds += (long)time.TotalSeconds + (nanoseconds / NanosecondsPerSecond);
        until.Nanoseconds = nanoseconds % NanosecondsPerSecond;
        return until;
    }

    private static bool HasCome(in Timespec time)
    {
        _ = GetTime(MonotonicClock, out Timespec now);
        return now.Seconds != time.Seconds ? now.Seconds > time.Seconds : now.Nanoseconds >= time.Nanoseconds;
    }

    /// <returns>0 or the error.</returns>
    private static int WaitAny(ReadOnlySpan<ParkingWord> words, Timespec* until)
    {
        fixed (ParkingWord* first = words)
            return FutexAny(FutexWaitAny, first, (uint)words.Length, 0, until, MonotonicClock) >= 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    public override int Wake(uint* word, int count) => (int)Math.Max(0, Futex(FutexNumber, word, FutexWake, (uint)count, null, null, 0));

    public override bool TryRegisterForFences() => Membarrier(MembarrierNumber, RegisterForFences, 0, 0) == 0;

    public override bool TryFenceEverybody() => Membarrier(MembarrierNumber, FenceEverybody, 0, 0) == 0;

    /// <summary>
    /// Two questions that only the call itself answers differently: a word that has changed already (EAGAIN), and one that has not, with a
    /// time that has come (ETIMEDOUT). A filter that refuses the call answers with one number, whichever it was given.
    /// </summary>
    private static bool HasFutexWaitAny()
    {
        if (AppContext.TryGetSwitch(DisableFutexWaitAnySwitch, out bool disabled) && disabled) return false;
        uint word = 1;
        Timespec past = default;
        return WaitAny([new ParkingWord(&word, 0)], &past) == Again && WaitAny([new ParkingWord(&word, 1)], &past) == TimedOut;
    }

    // The collector must not be held up by a parked thread, so these are ordinary calls and not SuppressGCTransition ones.
    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint Futex(nint number, uint* word, int operation, uint value, Timespec* timeout, uint* word2, uint value3);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint FutexAny(nint number, ParkingWord* words, uint count, uint flags, Timespec* until, int clock);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Timespec time);

    [LibraryImport("libc", EntryPoint = "syscall")]
    private static partial nint Membarrier(nint number, int command, uint flags, int cpu);

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int GetAffinity(int thread, nint bytes, ulong* processors);

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetUsage(int whose, long* usage);

    [LibraryImport("libc", EntryPoint = "sysconf")]
    private static partial nint GetConfiguration(int name);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}

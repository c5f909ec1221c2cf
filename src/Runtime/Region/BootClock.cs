using System.Globalization;
using System.Runtime.InteropServices;

namespace TypedShmQueue.Region;

/// <summary>
/// Time since the machine was started, time in suspension included. Nobody can set it, and it is the same for every process until the next
/// start.
/// </summary>
internal static unsafe partial class BootClock
{
    private const int ClockBootTime = 7;
    private const long MillisecondsInSecond = 1000, NanosecondsInMillisecond = 1_000_000;

    /// <summary>A time namespace shows a shifted clock to its processes, and others that use the queue have none, or another.</summary>
    private static readonly long s_shift = ShiftOfNamespace();

    /// <summary>Which start of the machine this is: from 1 to 2^20 - 1, another after each start as far as so few bits can tell.</summary>
    public static uint Start { get; } = StartOfMachine();

    /// <summary>Milliseconds since the start. No system call: the kernel maps its clock into the process.</summary>
    public static long Milliseconds
    {
        get
        {
            if (OperatingSystem.IsWindows()) return (long)WindowsNative.GetTickCount64();
            Time time;
            _ = GetTime(ClockBootTime, &time);
            return (time.Seconds * MillisecondsInSecond) + (time.Nanoseconds / NanosecondsInMillisecond) - s_shift;
        }
    }

    private static uint StartOfMachine()
    {
        const uint Bits = (1 << 20) - 1;
        if (OperatingSystem.IsWindows()) return Math.Max(1, NumberOfStart() & Bits);
        string id = ReadOrNothing("/proc/sys/kernel/random/boot_id").Trim();
        // FNV-1a: the same in every process.
        uint hash = 2166136261;
        foreach (char digit in id) hash = (hash ^ digit) * 16777619;
        hash = (hash ^ (hash >> 20)) & Bits;
        return hash == 0 ? 1 : hash;
    }

    /// <summary>Windows counts its starts, in a page that it maps into every process for reading, at the same address.</summary>
    private static uint NumberOfStart()
    {
        const nint SharedData = 0x7FFE0000, BootId = 0x2C4;
        return *(uint*)(SharedData + BootId);
    }

    private static long ShiftOfNamespace()
    {
        if (OperatingSystem.IsWindows()) return 0;
        foreach (string line in ReadOrNothing("/proc/self/timens_offsets").Split('\n'))
        {
            // "boottime", seconds, nanoseconds
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is ["boottime", var seconds, var nanoseconds]
                && long.TryParse(seconds, CultureInfo.InvariantCulture, out long s)
                    && long.TryParse(nanoseconds, CultureInfo.InvariantCulture, out long n))
                return (s * MillisecondsInSecond) + (n / NanosecondsInMillisecond);
        }

        return 0;
    }

    private static string ReadOrNothing(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A process without /proc cannot tell one start from another. Stamps that come from before one then count from when they are
            // met.
            return "";
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    [SuppressGCTransition]
    private static partial int GetTime(int clock, Time* time);

    /// <summary><c>struct timespec</c> of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Time
    {
        public long Seconds;
        public long Nanoseconds;
    }
}

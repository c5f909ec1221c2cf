using System.Runtime.InteropServices;

namespace TypedShmQueue.Runtime.Tests.Support;

/// <summary>On which processors a thread may run.</summary>
internal static partial class Affinity
{
    private const int Bytes = 1024;

    /// <summary>Those that the tests were started with.</summary>
    public static IReadOnlyList<int> Allowed { get; } = Read();

    /// <summary>From now on the calling thread runs on these only.</summary>
    public static void Pin(params ReadOnlySpan<int> processors)
    {
        byte[] set = new byte[Bytes];
        foreach (int processor in processors) set[processor / 8] |= (byte)(1 << (processor % 8));
        if (SetAffinity(0, Bytes, set) != 0)
            throw new InvalidOperationException($"The thread cannot be pinned (errno {Marshal.GetLastPInvokeError()}).");
    }

    private static int[] Read()
    {
        byte[] set = new byte[Bytes];
        return GetAffinity(0, Bytes, set) < 0 ? [] : [.. Enumerable.Range(0, Bytes * 8).Where(i => (set[i / 8] & (1 << (i % 8))) != 0)];
    }

    [LibraryImport("libc", EntryPoint = "sched_getaffinity", SetLastError = true)]
    private static partial int GetAffinity(int thread, nint bytes, [Out] byte[] processors);

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static partial int SetAffinity(int thread, nint bytes, byte[] processors);
}

/// <summary>A test that needs so many processors to run on.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ProcessorsFactAttribute : FactAttribute
{
    public ProcessorsFactAttribute(int processors)
    {
        Processors = processors;
        if (Affinity.Allowed.Count < processors) Skip = $"Needs {processors} processors.";
    }

    public int Processors { get; }
}

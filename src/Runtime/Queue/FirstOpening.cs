using System.Diagnostics.CodeAnalysis;
using TypedShmQueue.Waiting;

namespace TypedShmQueue.Queue;

/// <summary>
/// What is done once for a process, on a thread of its own beside the opening of its first queue. It registers for fences, for which the
/// kernel may let a process wait some 10 ms without using a processor; and later, when the process has begun, it makes the meter.
/// </summary>
/// <remarks>By a thread and not by the pool, whose own beginning takes longer.</remarks>
internal static class FirstOpening
{
    /// <summary>Making the meter takes a processor and locks of the runtime; what a process does first is not to wait for them.</summary>
    private static readonly TimeSpan s_toMeter = TimeSpan.FromMilliseconds(100);

    private static int s_isBegun;

    /// <summary>A queue is about to be opened.</summary>
    public static void Begin()
    {
        if (Volatile.Read(ref s_isBegun) != 0 || Interlocked.Exchange(ref s_isBegun, 1) != 0) return;
        if (LateMeter.MustNotBeLate) return;
        try
        {
            new Thread(Run) { IsBackground = true, Name = "TypedShmQueue begin" }.UnsafeStart();
        }
        catch
        {
            // No thread is to be had now: the next queue tries again, and this one registers by itself.
            Volatile.Write(ref s_isBegun, 0);
        }
    }

    /// <summary>A queue was opened. When this returns, this process is registered for fences.</summary>
    public static void End()
    {
        LateMeter.MakeIfListenedTo();
        AsymmetricFence.Register();
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whoever waits for it gets the error: the " +
        "runtime keeps that of a class that could not begin.")]
    private static void Run()
    {
        try
        {
            AsymmetricFence.Register();
        }
        catch (Exception)
        {
            // See above.
        }

        Thread.Sleep(s_toMeter);
        LateMeter.Make();
    }
}

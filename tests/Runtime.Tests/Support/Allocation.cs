namespace TypedShmQueue.Runtime.Tests.Support;

/// <summary>What calls allocate.</summary>
internal static class Allocation
{
    private const int Measurements = 5;

    /// <summary>
    /// Bytes that so many turns allocate on this thread: the least of several measurements. What the calls allocate shows in each of them;
    /// what .NET itself allocates now and then, as when it compiles a method anew, does not.
    /// </summary>
    public static long Of(Action body, int turns = 1000, int turnsBefore = 50)
    {
        for (int i = 0; i < turnsBefore; i++) body();
        return Enumerable.Range(0, Measurements).Min(_ => OnceOf(body, turns));
    }

    private static long OnceOf(Action body, int turns)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < turns; i++) body();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}

using System.Globalization;

namespace TypedShmQueue.Peer.Fuzz;

/// <summary>Many cases in one process. Any bad outcome is this process's end: its parent knows from the page which case it was.</summary>
internal static class FuzzCases
{
    /// <summary>Addresses are given back by finalizers, and a process has only so many mappings.</summary>
    private const int CasesBetweenCollections = 100;

    /// <param name="kind">What the queues are.</param>
    /// <param name="place">Where the queues' files are.</param>
    /// <param name="argument">"seed:first:count:page".</param>
    public static void Run(FuzzKind kind, ShmQueueOptions place, string argument)
    {
        string[] parts = argument.Split(':');
        int seed = Number(parts[0]), first = Number(parts[1]), count = Number(parts[2]);
        using FuzzPage page = new(parts[3], FileMode.Open);
        for (int number = first; number < first + count; number++)
        {
            Volatile.Write(ref page.Number, number);
            new FuzzCase(kind, place, page, new Random(unchecked((seed * 1_000_003) + number))).Run();
            page.Cases++;
            if (number % CasesBetweenCollections == 0) Collect();
        }
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}

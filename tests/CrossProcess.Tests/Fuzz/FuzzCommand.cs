using System.Diagnostics;
using System.Globalization;

namespace TypedShmQueue.CrossProcess.Tests.Fuzz;

/// <summary>The long form: all combinations of roles at a time, each in its own child process. Says how far it is.</summary>
internal static class FuzzCommand
{
    public static int Run(int seed, int cases)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"fuzz of {cases} cases, seed {seed}"));
        long began = Stopwatch.GetTimestamp();
        int each = (cases + FuzzRun.Roles.Count - 1) / FuzzRun.Roles.Count;
        int[] behind = new int[FuzzRun.Roles.Count];
        FuzzOutcome?[] outcomes = new FuzzOutcome?[FuzzRun.Roles.Count];
        Thread[] watchers = [.. FuzzRun.Roles.Select((roles, i) => new Thread(() =>
        {
            using FuzzRun run = new(roles.Producers, roles.Consumers, seed, 0, each);
            outcomes[i] = run.Run(done => behind[i] = done, failure => Console.WriteLine($"FAILURE: {failure}"));
            behind[i] = each;
        }))];
        foreach (Thread watcher in watchers) watcher.Start();
        foreach (Thread watcher in watchers)
        {
            while (!watcher.Join(TimeSpan.FromSeconds(5)))
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{Stopwatch.GetElapsedTime(began).TotalSeconds,5:F0} s {behind.Sum(),7} cases"));
        }

        FuzzOutcome all = outcomes.Aggregate((a, b) => a! + b!)!;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{all}, {Stopwatch.GetElapsedTime(began).TotalSeconds:F0} s"));
        return all.Failures.Count == 0 ? 0 : 1;
    }
}

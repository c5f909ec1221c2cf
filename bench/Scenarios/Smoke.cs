using HdrHistogram;
using TypedShmQueue.Bench.Contestants;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Scenarios;

/// <summary>
/// That every contestant works, not how fast: short streams, single and in batches, and round trips, each checked by its sum. And that one
/// which does not work is reported in its row, leaves no process behind, and holds up nobody.
/// </summary>
internal static class Smoke
{
    public static async Task<int> Run(string only, CancellationToken cancellationToken)
    {
        CheckHistogram();
        foreach (string skipped in Roster.PreparePeers()) Console.WriteLine(skipped);
        using Crew crew = new();
        int played = 0;
        int failed = 0;
        Runner runner = new(crew, (_, _) => played++);
        foreach (Cell cell in Cells().Where(c => c.Title.Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            CellResult result = await runner.Play(cell, cancellationToken).ConfigureAwait(false);
            foreach (Result broken in result.Results.Where(r => r.Error != Expected(r.Contestant)
                || r.Kills is { Hung: > 0 } or { Lost: > 0 } or { Twice: > 0 }))
            {
                failed++;
                Console.WriteLine($"Failed: {broken.Contestant.Name}, {cell.Title}: {broken.Error
                    ?? broken.Kills?.ToString() ?? "It should have failed."}");
            }
        }

        Console.WriteLine($"{played - failed} passed, {failed} failed");
        return failed == 0 ? 0 : 1;
    }

    private static string? Expected(Contestant contestant) => (contestant as FaultyContestant)?.Told;

    private static IEnumerable<Cell> Cells()
    {
        Contestant[] all = [.. Roster.Ours.Concat(Roster.Peers).Where(c => c.Missing == null)];
        Cell stream = new()
        {
            Scenario = "smoke",
            Title = "one at a time",
            Activity = Activity.Stream,
            Unit = Unit.PerSecond,
            Floor = Roster.DirtyLines,
            Contestants = all,
            FirstWarmUp = 0,
        };
        yield return stream;
        yield return stream with { Title = "batches", Batch = 64, Floor = Roster.LockedSwap,
            Contestants = [.. all.Where(c => c.TakesBatches)] };
        yield return stream with { Title = "2 to 2", Producers = 2, Consumers = 2, Floor = null,
            Contestants = [.. all.Where(c => c.TakesMany && c.Parks)] };
        yield return stream with { Title = "round trips", Activity = Activity.RoundTrip, MessageSize = 56, Floor = Roster.BareLine };
        yield return stream with { Title = "wakes", Activity = Activity.Wake, MessageSize = 56, Floor = Roster.BareFutex,
            Contestants = [.. all.Where(c => c.Parks), Roster.Awaited] };
        // One that works after each that does not: the crew is whole again.
        yield return stream with { Title = "faults", Patience = 1,
            Contestants = [.. Roster.Faulty.SelectMany(static f => new Contestant[] { f, Roster.OneToOne })], Floor = null };
        yield return stream with { Title = "acknowledged", Contestants = [Roster.Acknowledged], Floor = null };
        yield return stream with { Title = "acknowledged, batches", Batch = 64, Contestants = [Roster.Acknowledged], Floor = null };
        yield return stream with { Title = "kills", Activity = Activity.Kill, Producers = 2, Floor = null, Rounds = 1,
            Seconds = 0.1, Contestants = [Roster.ManyToMany, Roster.Acknowledged, .. all.Where(static c => c.Name is "named pipe")] };
        yield return stream with { Title = "broadcast", Contestants = Roster.Casts, Floor = null };
        yield return stream with { Title = "broadcast, batches", Batch = 64, Contestants = Roster.Casts, Floor = null };
        yield return stream with { Title = "broadcast to 3", Activity = Activity.Cast, Consumers = 3,
            Contestants = [.. Roster.Casts, .. Roster.CastPeers], Floor = null };
    }

    /// <summary>A histogram comes over from a child's process as it was, the samples of a native child with it.</summary>
    private static void CheckHistogram()
    {
        LongHistogram histogram = Histograms.Create();
        for (int i = 1; i <= 1000; i++) histogram.RecordValue(i * 1000);
        LongHistogram copy = Histograms.From(histogram.ToData());
        LongHistogram native = Histograms.From(new HistogramData(Samples: [.. Enumerable.Range(1, 1000).Select(static i => i * 1000L)]));
        foreach (double share in new[] { 0.5, 0.99, 1 })
        {
            long expected = (long)(share * 1_000_000);
            foreach (LongHistogram one in new[] { histogram, copy, native })
            {
                if (one.TotalCount != 1000 || Math.Abs(one.Quantile(share) - expected) > expected / 1000 + 1000)
                    throw new InvalidOperationException($"The histogram says that {share:P0} of 1,000 values are at " +
                        $"most {one.Quantile(share)}, and it is {expected}.");
            }
        }
    }
}

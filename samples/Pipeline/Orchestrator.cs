using System.Runtime.InteropServices;

namespace TypedShmQueue.Samples.Pipeline;

/// <summary>Creates the queues, starts the stages, shows how full the queues are while they run, and adds up the reports.</summary>
internal static class Orchestrator
{
    private const int Interrupted = 130;

    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(500);

    public static async Task<int> RunAsync(int samples)
    {
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        // Names that tell the queues apart in `shmq watch`, and from those of another run.
        string run = $"pipeline-{Environment.ProcessId}";
        using SampleQueue measured = SampleQueue.Create($"{run}.samples");
        using AverageQueue smoothed = AverageQueue.Create($"{run}.averages");
        using ReportQueue reports = ReportQueue.Create($"{run}.reports");
        try
        {
            return await RunAsync(measured, smoothed, reports, samples, stop.Token) ? 0 : 1;
        }
        catch (OperationCanceledException)
        {
            return Interrupted;
        }
        finally
        {
            measured.Delete();
            smoothed.Delete();
            reports.Delete();
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task<bool> RunAsync(SampleQueue measured, AverageQueue smoothed, ReportQueue reports, int samples,
        CancellationToken stop)
    {
        // Disposing a child ends it, so that whichever way this method is left, no process stays behind.
        using Child measure = Child.Start("measure", "measure", measured.Name, reports.Name, $"{samples}");
        using Child smooth = Child.Start("smooth", "smooth", measured.Name, smoothed.Name, reports.Name);
        using Child store = Child.Start("store", "store", smoothed.Name, reports.Name);
        Task<bool>[] ends = [measure.EndsWellAsync(stop), smooth.EndsWellAsync(stop), store.EndsWellAsync(stop)];
        Task<bool[]> stages = Task.WhenAll(ends);

        Console.WriteLine($"measure --({measured.Name})--> smooth --({smoothed.Name})--> store");
        while (await Task.WhenAny(stages, Task.Delay(s_interval, stop)) != stages)
        {
            stop.ThrowIfCancellationRequested();
            Console.WriteLine($"{Level(measured.Count, measured.Capacity)} samples   {Level(smoothed.Count, smoothed.Capacity)} averages");
            // Without one of its stages, a pipeline would wait indefinitely.
            if (ends.Any(end => end is { IsCompletedSuccessfully: true, Result: false })) return false;
        }

        return !(await stages).Contains(false) && AddUp(reports, samples);
    }

    /// <summary>A bar of how full a queue is.</summary>
    private static string Level(int count, int capacity)
    {
        const int Width = 20;
        int full = count * Width / capacity;
        return $"[{new string('#', full)}{new string(' ', Width - full)}] {count,4} of {capacity,4}";
    }

    /// <summary>Prints what each stage did. True if every sample came through all of them.</summary>
    private static bool AddUp(ReportQueue reports, int samples)
    {
        Report[] all = new Report[3];
        all = [.. all[..reports.TryDequeue(all)].OrderByDescending(report => report.Out)];
        Console.WriteLine();
        Console.WriteLine($"{"stage",-10}{"in",8}{"out",8}{"samples",10}{"sum",12}");
        foreach (Report report in all)
            Console.WriteLine($"{report.Stage,-10}{report.In,8}{report.Out,8}{report.Samples,10}{report.Sum,12}");
        bool fits = all.Length == 3 && all.All(report => report.Samples == samples && report.Sum == all[0].Sum) && all[0].Out == all[1].In
            && all[1].Out == all[2].In;
        Console.WriteLine(fits ? $"All {samples} samples came through." : "The totals do not add up.");
        return fits;
    }
}

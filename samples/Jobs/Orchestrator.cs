using System.Runtime.InteropServices;

namespace TypedShmQueue.Samples.Jobs;

/// <summary>
/// Creates the queues, starts four workers, sends jobs, kills one worker in the middle of a job, adds up the reports, and cleans up
/// whatever
/// happens.
/// </summary>
internal static class Orchestrator
{
    private const string Name = "Orchestrator";
    private const int Interrupted = 130;
    private const int Jobs = 400, Poison = 13, MaxDeliveries = 3;

    private static readonly string[] s_workers = ["north", "south", "east", Laborer.Unlucky];

    /// <summary>All workers give the same: what fails three times goes to another queue.</summary>
    public static ShmQueueOptions OptionsOf(string jobs) => new() { MaxDeliveries = MaxDeliveries, DeadLetter = DeadLetterOf(jobs) };

    public static async Task<int> RunAsync()
    {
        using CancellationTokenSource stop = new();
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        string name = ShmQueueName.NewUnique();
        using JobQueue jobs = JobQueue.Create(name, OptionsOf(name));
        using ReportQueue reports = ReportQueue.Create(ShmQueueName.NewUnique());
        try
        {
            return await RunAsync(jobs, reports, stop.Token) ? 0 : 1;
        }
        catch (OperationCanceledException)
        {
            Log.Write(Name, "interrupted");
            return Interrupted;
        }
        finally
        {
            jobs.Delete();
            JobQueue.Delete(DeadLetterOf(name));
            reports.Delete();
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static string DeadLetterOf(string jobs) => jobs + ".dead";

    private static async Task<bool> RunAsync(JobQueue jobs, ReportQueue reports, CancellationToken stop)
    {
        Summary summary = new(Jobs, Poison);
        Child[] workers = [.. s_workers.Select(w => Child.Start(w, "work", jobs.Name, reports.Name, w))];
        try
        {
            Child unlucky = workers[^1];
            Task collecting = CollectAsync(reports, summary, unlucky, stop);
            for (int id = 1; id <= Jobs; id++)
                await jobs.EnqueueAsync(new Job { Id = id, What = new($"job {id}"), IsPoison = id == Poison }, stop);
            jobs.Complete();
            bool[] ended = await Task.WhenAll(workers[..^1].Select(w => w.EndsWellAsync(stop)));
            reports.Complete();
            await collecting;
            using JobQueue dead = JobQueue.Open(DeadLetterOf(jobs.Name));
            return summary.AddsUp(dead) && !ended.Contains(false) && jobs.IsCompleted && unlucky.HasExited;
        }
        finally
        {
            foreach (Child worker in workers) worker.Dispose();
        }
    }

    /// <summary>Counts what the workers report, and kills the one that has stopped in the middle of a job.</summary>
    private static async Task CollectAsync(ReportQueue reports, Summary summary, Child unlucky, CancellationToken stop)
    {
        await foreach (Report report in reports.ReadAllAsync(stop))
        {
            summary.Count(report);
            if (report.Outcome != Outcome.Begun) continue;
            Log.Write(Name, $"kills '{Laborer.Unlucky}', which has job {report.Job}");
            unlucky.Kill(); // SIGKILL: it can do nothing about its job
        }
    }
}

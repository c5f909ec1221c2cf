namespace TypedShmQueue.Samples.Jobs;

/// <summary>A worker: takes jobs until all of them are settled. One of them stops in the middle of a job, and waits to be killed.</summary>
internal static class Laborer
{
    public const string Unlucky = "unlucky";

    /// <summary>At which of its jobs the unlucky one stops.</summary>
    private const int StopsAt = 5;

    private static readonly TimeSpan s_work = TimeSpan.FromMilliseconds(2);

    public static int Run(string jobsName, string reportsName, string name)
    {
        Child.FollowParent(static () => { });
        using JobQueue jobs = JobQueue.Open(jobsName, Orchestrator.OptionsOf(jobsName));
        using ReportQueue reports = ReportQueue.Open(reportsName);
        int taken = 0;
        // False when the queue is completed and every job is settled; until then, one that somebody works on may come back.
        while (jobs.TryTake(out JobLease lease, Timeout.InfiniteTimeSpan))
        {
            // Leaving the block without Acknowledge gives the job back.
            using (lease)
            {
                if (string.Equals(name, Unlucky, StringComparison.Ordinal) && ++taken == StopsAt) Stop(lease);
                Work(lease);
            }
        }

        Log.Write(name, "ends: every job is settled");
        return 0;

        void Work(JobLease lease)
        {
            ref readonly Job job = ref lease.Value; // in its slot, not copied
            Thread.Sleep(s_work);
            if (job.IsPoison)
            {
                Log.Write(name, $"job {job.Id} fails, delivery {lease.Deliveries}");
                Tell(job.Id, lease.Deliveries, Outcome.Failed);
                return;
            }

            long id = job.Id;
            if (lease.Acknowledge()) Tell(id, lease.Deliveries, Outcome.Done);
        }

        void Stop(JobLease lease)
        {
            Log.Write(name, $"stops in the middle of job {lease.Value.Id}");
            Tell(lease.Value.Id, lease.Deliveries, Outcome.Begun);
            Thread.Sleep(Timeout.Infinite);
        }

        void Tell(long job, int deliveries, Outcome outcome) =>
            reports.Enqueue(new Report { Worker = new(name), Job = job, Deliveries = deliveries, Outcome = outcome });
    }
}

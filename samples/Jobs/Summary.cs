using System.Globalization;

namespace TypedShmQueue.Samples.Jobs;

/// <summary>What the reports add up to.</summary>
internal sealed class Summary(int jobs, long poison)
{
    private readonly Dictionary<string, int> _doneBy = new(StringComparer.Ordinal);
    private readonly Dictionary<long, int> _done = [];
    private readonly Dictionary<string, int> _failedBy = new(StringComparer.Ordinal);
    private long _inDeadHands;
    private string _doneAfterDeath = "";

    public void Count(in Report report)
    {
        string worker = report.Worker.ToString();
        switch (report.Outcome)
        {
            case Outcome.Begun:
                _inDeadHands = report.Job;
                break;
            case Outcome.Failed:
                _failedBy[worker] = _failedBy.GetValueOrDefault(worker) + 1;
                break;
            default:
                _doneBy[worker] = _doneBy.GetValueOrDefault(worker) + 1;
                _done[report.Job] = _done.GetValueOrDefault(report.Job) + 1;
                if (report.Job == _inDeadHands) _doneAfterDeath = $"by '{worker}', delivery {report.Deliveries}";
                break;
        }
    }

    /// <summary>Writes the table, and says whether every job was done at least once and the poison one is where it should be.</summary>
    public bool AddsUp(JobQueue dead)
    {
        List<long> deadJobs = [];
        while (dead.TryTake(out JobLease lease))
        {
            deadJobs.Add(lease.Value.Id);
            lease.Acknowledge();
        }

        Console.WriteLine();
        Console.WriteLine("worker         done   failed");
        foreach (string worker in _doneBy.Keys.Union(_failedBy.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{worker,-12} {_doneBy.GetValueOrDefault(worker),6} {_failedBy.GetValueOrDefault(worker),8}"));
        int twice = _done.Count(static pair => pair.Value > 1);
        bool everyJob = Enumerable.Range(1, jobs).All(id => id == poison ? !_done.ContainsKey(id) : _done.ContainsKey(id));
        bool poisonIsDead = deadJobs.Count == 1 && deadJobs[0] == poison;
        bool wasHandedOn = _inDeadHands != 0 && _doneAfterDeath.Length > 0;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{"all",-12} {_doneBy.Values.Sum(),6} {_failedBy.Values.Sum(),8}"));
        Console.WriteLine();
        Console.WriteLine($"{_done.Count} of {jobs} jobs are done, {twice} of them twice; {deadJobs.Count} is in the dead-letter queue: "
            + $"{string.Join(", ", deadJobs)}");
        Console.WriteLine($"job {_inDeadHands}, which the killed worker had, was done {_doneAfterDeath}");
        bool addsUp = everyJob && poisonIsDead && wasHandedOn;
        Console.WriteLine(addsUp ? "It adds up." : "It does not add up.");
        return addsUp;
    }
}

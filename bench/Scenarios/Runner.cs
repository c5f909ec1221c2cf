using TypedShmQueue.Bench.Contestants;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Scenarios;

/// <summary>Plays cells: in each round every contestant once, so that whatever disturbs the machine disturbs all alike.</summary>
internal sealed class Runner(Crew crew, Action<Cell, Contestant> onRound)
{
    public static readonly (string Name, double Share)[] Quantiles = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999), ("max", 1)];

    public async Task<CellResult> Play(Cell cell, CancellationToken cancellationToken)
    {
        List<Tally> tallies = [.. Participants(cell).Select(c => new Tally(c))];
        for (int round = -1; round < cell.Rounds; round++)
        {
            foreach (Tally tally in tallies)
            {
                if (tally.Error == null && !(round < 0 && cell.Activity == Activity.Idle))
                {
                    Job job = cell.JobFor(tally.Contestant, round < 0);
                    SeatReport[] reports = await crew.Play(tally.Contestant, job, cancellationToken).ConfigureAwait(false);
                    tally.Take(job, reports, counts: round >= 0);
                }

                onRound(cell, tally.Contestant);
            }
        }

        return new CellResult(cell, [.. tallies.Select(t => t.ToResult())]);
    }

    public static IEnumerable<Contestant> Participants(Cell cell) => cell.Floor is { } floor ? cell.Contestants.Prepend(floor) : cell.Contestants;

    private sealed class Tally(Contestant contestant)
    {
        private readonly List<double> _figures = [];
        private readonly List<LogLinearHistogram> _histograms = [];

        public Contestant Contestant => contestant;

        public string? Error { get; private set; }

        public void Take(Job job, SeatReport[] reports, bool counts)
        {
            Error = reports.Any(r => r.Error != null) ? string.Join(" ", reports.Select(r => r.Error).Where(e => e != null)) : null;
            if (Error != null) return;
            long sent = reports.Take(job.Producers).Sum(r => r.Checksum);
            long taken = reports.Skip(job.Producers).Sum(r => r.Checksum);
            if (sent != taken) Error = "What was taken is not what was sent: the sums of all sequence numbers differ.";
            if (Error != null || !counts) return;
            if (reports.FirstOrDefault(r => r.Nanoseconds != null)?.Nanoseconds is { } data)
            {
                LogLinearHistogram histogram = LogLinearHistogram.From(data);
                _histograms.Add(histogram);
                _figures.Add(histogram.Quantile(0.5));
            }
            else
            {
                _figures.Add(reports.Sum(r => r.Rate));
            }
        }

        public Result ToResult()
        {
            LogLinearHistogram? all = _histograms.Count == 0 ? null : new();
            foreach (LogLinearHistogram histogram in _histograms) all!.Add(histogram);
            Dictionary<string, Series> quantiles = Quantiles.ToDictionary(q => q.Name, q => new Series([.. _histograms.Select(h => (double)h.Quantile(q.Share))]));
            return new Result(contestant, new Series(_figures), all, quantiles, Error);
        }
    }
}

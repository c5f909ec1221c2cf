using HdrHistogram;
using TypedShmQueue.Bench.Contestants;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Scenarios;

/// <summary>Plays cells: in each round every contestant once, so that whatever disturbs the machine disturbs all alike.</summary>
internal sealed class Runner(Crew crew, Action<Cell, Contestant> onRound)
{
    public static readonly (string Name, double Share)[] Quantiles = [("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999),
        ("max", 1)];

    public async Task<CellResult> Play(Cell cell, CancellationToken cancellationToken)
    {
        List<Tally> tallies = [.. Participants(cell).Select(c => new Tally(c))];
        List<Cores> rounds = [];
        for (int round = -1; round < cell.Rounds; round++)
        {
            if (round >= 0) rounds.Add(await State(cell, cancellationToken).ConfigureAwait(false));
            foreach (Tally tally in tallies)
            {
                if (tally.Plays && !(round < 0 && cell.Activity == Activity.Idle))
                {
                    Job job = cell.JobFor(tally.Contestant, round < 0);
                    SeatReport[] reports = await crew.Play(tally.Contestant, job, cancellationToken).ConfigureAwait(false);
                    tally.Take(job, reports, counts: round >= 0);
                }

                onRound(cell, tally.Contestant);
            }
        }

        return new CellResult(cell, [.. tallies.Select(t => t.ToResult())], rounds);
    }

    /// <summary>Three processes on two cores have no state of their own.</summary>
    private async Task<Cores> State(Cell cell, CancellationToken cancellationToken) =>
        cell.Activity == Activity.Kill ? Cores.NotRecorded : await Probe(cancellationToken).ConfigureAwait(false);

    /// <summary>How the cores lie to each other now: a short round trip of a bare line before each round that counts.</summary>
    private async Task<Cores> Probe(CancellationToken cancellationToken)
    {
        SeatReport[] reports = await crew.Play(Roster.BareLine, s_probe.JobFor(Roster.BareLine, first: false),
            cancellationToken).ConfigureAwait(false);
        HistogramData? trips = reports.FirstOrDefault(static r => r.Nanoseconds != null)?.Nanoseconds;
        return CoreState.Of(trips == null ? double.NaN : Histograms.From(trips).Quantile(0.5));
    }

    private static readonly Cell s_probe = new()
    {
        Scenario = "probe",
        Title = "how the cores lie to each other",
        Activity = Activity.RoundTrip,
        Unit = Unit.Nanoseconds,
        Contestants = [],
        Seconds = 0.03,
    };

    public static IEnumerable<Contestant> Participants(Cell cell) =>
        cell.Floor is { } floor ? cell.Contestants.Prepend(floor) : cell.Contestants;

    private sealed class Tally(Contestant contestant)
    {
        private readonly List<double> _figures = [];
        /// <summary>One that hangs takes the whole of the patience each time, so it need not show it more often.</summary>
        private const int MostHangs = 3;

        private readonly List<LongHistogram> _histograms = [];
        private KillTotals _kills = new(0, 0, 0, 0);

        public Contestant Contestant => contestant;

        public string? Error { get; private set; }

        public bool Plays => Error == null && _kills.Hung < MostHangs;

        public void Take(Job job, SeatReport[] reports, bool counts)
        {
            if (job.Activity == Activity.Kill)
            {
                if (counts) TakeKill(reports);
                return;
            }

            Error = Errors(reports);
            if (Error != null) return;
            long sent = reports.Take(job.Producers).Sum(r => r.Checksum);
            long taken = reports.Skip(job.Producers).Sum(r => r.Checksum);
            if (sent != taken) Error = "What was taken is not what was sent: the sums of all sequence numbers differ.";
            if (Error != null || !counts) return;
            if (reports.FirstOrDefault(r => r.Nanoseconds != null)?.Nanoseconds is { } data)
            {
                LongHistogram histogram = Histograms.From(data);
                _histograms.Add(histogram);
                _figures.Add(histogram.Quantile(0.5));
            }
            else
            {
                _figures.Add(reports.Sum(r => r.Rate));
            }
        }

        private static string? Errors(SeatReport[] reports) =>
            reports.Any(r => r.Error != null) ? string.Join(" ", reports.Select(r => r.Error).Where(e => e != null)) : null;

        private void TakeKill(SeatReport[] reports)
        {
            bool hung = reports.Any(static r => r.Hung);
            if (!hung) Error = Errors(reports);
            if (Error != null) return;
            KillReport? report = hung ? null : reports.First(static r => r.Kill != null).Kill;
            if (report != null) _figures.Add(report.LongestGap);
            _kills = new KillTotals(_kills.Played + 1, _kills.Hung + (report == null ? 1 : 0), _kills.Lost + (report?.Lost ?? 0),
                _kills.Twice + (report?.Twice ?? 0));
        }

        public Result ToResult()
        {
            LongHistogram? all = _histograms.Count == 0 ? null : Histograms.Create();
            foreach (LongHistogram histogram in _histograms) all!.Add(histogram);
            Dictionary<string, Series> quantiles = Quantiles.ToDictionary(q => q.Name,
                q => new Series([.. _histograms.Select(h => (double)h.Quantile(q.Share))]));
            return new Result(contestant, new Series(_figures), all, quantiles, Error, _kills.Played == 0 ? null : _kills);
        }
    }
}

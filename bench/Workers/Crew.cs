using TypedShmQueue.Bench.Contestants;

namespace TypedShmQueue.Bench.Workers;

/// <summary>
/// The children of a run. Whatever a job did, after it no native child is left, no file, and no process that did not answer.
/// </summary>
internal sealed class Crew : IDisposable
{
    private readonly List<WorkerProcess> _workers = [];
    private readonly string _root;
    private int _jobs;

    public Crew()
    {
        // Memory files where the system has them: a peer that goes through a file must not meet a disk.
        string parent = Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        _root = Path.Combine(parent, $"tsq-bench-{Environment.ProcessId}");
        _ = Directory.CreateDirectory(_root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Plays one round. The reports say what went wrong, if something did.</summary>
    public async Task<SeatReport[]> Play(Contestant contestant, Job job, CancellationToken cancellationToken)
    {
        string directory = Path.Combine(_root, $"{++_jobs}");
        _ = Directory.CreateDirectory(directory);
        job = job with { Directory = directory };
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(TimeSpan.FromSeconds(job.LongestSeconds + 5));
        List<WorkerProcess> native = [];
        try
        {
            List<Task<SeatReport[]>> answers = contestant.Program is { } program ? StartNative(program, job, native, limit.Token)
                : Deal(contestant, job, limit.Token);
            SeatReport[][] reports = await Task.WhenAll(answers).ConfigureAwait(false);
            if (reports.Any(r => r.Any(seat => seat.Hung))) DismissAll();
            else if (contestant.Program == null) ReplaceVictims(job);
            return [.. reports.SelectMany(r => r).OrderBy(r => r.Seat)];
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            DismissAll();
            return [new SeatReport { Hung = exception is OperationCanceledException,
                Error = exception is OperationCanceledException ? "It hung." : exception.Message }];
        }
        finally
        {
            native.ForEach(n => n.Dispose());
            contestant.CleanUp(job);
            Directory.Delete(directory, recursive: true);
        }
    }

    private static List<Task<SeatReport[]>> StartNative(string program, Job job, List<WorkerProcess> started,
        CancellationToken cancellationToken)
    {
        started.AddRange(Enumerable.Range(0, job.AllSeats).Select(seat => WorkerProcess.StartNative(program, job, seat)));
        return [.. started.Select((child, seat) => Hear(child, seat, job, cancellationToken))];
    }

    private List<Task<SeatReport[]>> Deal(Contestant contestant, Job job, CancellationToken cancellationToken)
    {
        int[][] hands = contestant.InProcess ? [[.. Enumerable.Range(0, job.AllSeats)]]
            : [.. Enumerable.Range(0, job.AllSeats).Select(s => new[] { s })];
        while (_workers.Count < hands.Length) _workers.Add(WorkerProcess.Start());
        for (int i = 0; i < hands.Length; i++) _workers[i].Send(job with { Seats = hands[i] });
        return [.. _workers.Take(hands.Length).Select((worker, hand) => Hear(worker, hand, job, cancellationToken))];
    }

    private static Task<SeatReport[]> Hear(WorkerProcess child, int seat, Job job, CancellationToken cancellationToken) =>
        seat < job.Victims ? child.Death(cancellationToken) : child.Answer(cancellationToken);

    /// <summary>Another process in the place of each that was killed, as its part was.</summary>
    private void ReplaceVictims(Job job)
    {
        for (int seat = 0; seat < job.Victims; seat++)
        {
            _workers[seat].Dispose();
            _workers[seat] = WorkerProcess.Start();
        }
    }

    private void DismissAll()
    {
        _workers.ForEach(w => w.Dispose());
        _workers.Clear();
    }

    public void Dispose()
    {
        DismissAll();
        if (Directory.Exists(_root)) Directory.Delete(_root, recursive: true);
    }
}

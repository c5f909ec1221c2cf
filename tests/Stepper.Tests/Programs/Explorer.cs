using TypedShmQueue.Stepper.Tests.Stepping;

namespace TypedShmQueue.Stepper.Tests.Programs;

/// <summary>One run of one program by one schedule. It throws what it found wrong.</summary>
internal interface ITrial
{
    /// <summary>What was done, access by access; empty unless asked for.</summary>
    IReadOnlyList<string> Trace { get; }

    int Deaths { get; }

    int Throws { get; }

    void Run();
}

/// <summary>All runs of one program within its bounds, fewest preemptions first.</summary>
internal abstract class Explorer(ProgramText program, Board board) : IDisposable
{
    private IReadOnlyList<string> _trace = [];

    /// <summary>Schedules run with the widest bound.</summary>
    public long Runs { get; private set; }

    /// <summary>Runs in which a process died.</summary>
    public long Deaths { get; private set; }

    /// <summary>Runs in which a call threw.</summary>
    public long Throws { get; private set; }

    /// <summary>Explores. Null: every run was right. Else: what went wrong, by which schedule, step by step.</summary>
    public string? FindFailure(int preemptions, int deaths, int throws = 0, string? withoutRepair = null)
    {
        for (int bound = 0; bound <= preemptions; bound++)
        {
            Decisions decisions = new();
            Runs = Deaths = Throws = 0;
            Bounds bounds = new(bound, deaths, Throws: throws, WithoutRepair: withoutRepair);
            do
            {
                if (Try(decisions, bounds) == null) continue;
                string schedule = decisions.ToString();
                return $"{Try(Decisions.Parse(schedule), bounds with { Traces = true })}\n\nschedule: {program}; "
                    + $"{bound} {deaths} {throws}; {schedule}\n\n{string.Join('\n', _trace)}";
            }
            while (decisions.TryNextPath());
        }

        return null;
    }

    public void Dispose() => board.Dispose();

    protected abstract ITrial NewTrial(Decisions decisions, Bounds bounds);

    private string? Try(Decisions decisions, Bounds bounds)
    {
        decisions.Rewind();
        ITrial trial = NewTrial(decisions, bounds);
        try
        {
            trial.Run();
        }
        catch (InvalidOperationException e)
        {
            _trace = trial.Trace;
            return e.Message;
        }

        Runs++;
        if (trial.Deaths > 0) Deaths++;
        if (trial.Throws > 0) Throws++;
        return null;
    }
}

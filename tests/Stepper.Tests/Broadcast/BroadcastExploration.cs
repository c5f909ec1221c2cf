using TypedShmQueue.Ring;
using TypedShmQueue.Stepper.Tests.Programs;
using TypedShmQueue.Stepper.Tests.Stepping;

namespace TypedShmQueue.Stepper.Tests.Broadcast;

/// <summary>All runs of one broadcast program within its bounds, fewest preemptions first.</summary>
internal sealed class BroadcastExploration<TProducers, TMemory>(ProgramText program, bool mistakesTheLiving = false) : IDisposable
    where TProducers : struct, IProducerRole
    where TMemory : struct, IMemory
{
    /// <summary>Where no thread displaces, subscriptions may rely on it, and take without a look at head.</summary>
    private readonly Board _board = new(
        program.Capacity, System.Runtime.CompilerServices.Unsafe.SizeOf<Pair>(), subscriptions: program.Threads.Count,
        program.Threads.Any(t => t.Displaces) ? Overflow.Any : Overflow.Wait);

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

    private IReadOnlyList<string> _trace = [];

    public void Dispose() => _board.Dispose();

    private string? Try(Decisions decisions, Bounds bounds)
    {
        decisions.Rewind();
        BroadcastTrial<TProducers, TMemory> trial = new(program, _board, decisions, bounds, mistakesTheLiving);
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

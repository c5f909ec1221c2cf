using System.Globalization;
using TypedShmQueue.Ring;
using TypedShmQueue.Stepper.Tests.Checking;
using TypedShmQueue.Stepper.Tests.Stepping;

namespace TypedShmQueue.Stepper.Tests.Programs;

/// <summary>All runs of one program within its bounds, fewest preemptions first, so that what fails fails in the plainest way.</summary>
internal sealed class Exploration<TProducers, TConsumers, TMemory>(ProgramText program, bool mistakesTheLiving = false) : IDisposable
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
    where TMemory : struct, IMemory
{
    private readonly Board _board = new(program.Capacity, System.Runtime.CompilerServices.Unsafe.SizeOf<Pair>());
    private readonly HashSet<string> _histories = new(StringComparer.Ordinal);

    /// <summary>Schedules run with the widest bound.</summary>
    public long Runs { get; private set; }

    /// <summary>Runs in which a process died.</summary>
    public long Deaths { get; private set; }

    /// <summary>Runs in which a call threw.</summary>
    public long Throws { get; private set; }

    /// <summary>Histories that differ.</summary>
    public int Histories => _histories.Count;

    /// <summary>Explores. Null: every run was right. Else: what went wrong, by which schedule, step by step.</summary>
    public string? FindFailure(int preemptions, int deaths, int throws = 0, string? withoutRepair = null)
    {
        for (int bound = 0; bound <= preemptions; bound++)
        {
            Decisions decisions = new();
            Runs = Deaths = Throws = 0;
            do
            {
                Bounds bounds = new(bound, deaths, Throws: throws, WithoutRepair: withoutRepair);
                if (Try(decisions, bounds, out _) is not { } failure) continue;
                return Replay(decisions.ToString(), bounds)
                    ?? throw new InvalidOperationException($"The schedule {decisions} fails once and not again: {failure}");
            }
            while (decisions.TryNextPath());
        }

        return null;
    }

    /// <summary>Runs one schedule, traced. Null: it was right.</summary>
    public string? Replay(string schedule, Bounds bounds)
    {
        _histories.Clear();
        string? failure = Try(Decisions.Parse(schedule), bounds with { Traces = true }, out Trial<TProducers, TConsumers, TMemory> trial);
        if (failure == null) return null;
        string replay = string.Create(CultureInfo.InvariantCulture,
            $"{typeof(TProducers).Name} {typeof(TConsumers).Name}; {program}; "
                + $"{bounds.Preemptions} {bounds.Deaths}{(bounds.Throws > 0 ? $" {bounds.Throws}" : "")}; {schedule}");
        return $"{failure}\n\nschedule (docs/testing.md says how to replay it): "
            + $"{replay}\n\n{string.Join('\n', trial.Trace)}\n\n{string.Join('\n', trial.Calls)}";
    }

    public void Dispose() => _board.Dispose();

    private string? Try(Decisions decisions, Bounds bounds, out Trial<TProducers, TConsumers, TMemory> trial)
    {
        decisions.Rewind();
        trial = new(program, _board, decisions, bounds, mistakesTheLiving);
        try
        {
            trial.Run();
        }
        catch (InvalidOperationException e)
        {
            return e.Message;
        }

        Runs++;
        if (trial.Deaths > 0) Deaths++;
        if (trial.Throws > 0) Throws++;
        if (!_histories.Add(trial.HistoryKey)) return null;
        bool oneProducer = TProducers.IsExclusive;
        return Linearizability.Holds(trial.Calls, trial.Initial, program.Capacity, oneProducer)
            ? null
            : "No order of these calls is one that a queue could have.";
    }
}

using System.Diagnostics;

namespace TypedShmQueue.Bench.Workers;

/// <summary>One producer or consumer of a job, as seen from inside its thread.</summary>
internal sealed class Seat(Job job, int index, ControlPage control)
{
    public Job Job => job;

    public int Index => index;

    public ControlPage Control => control;

    public bool IsProducer => index < job.Producers;

    public long WarmUpTicks => (long)(job.WarmUpSeconds * Stopwatch.Frequency);

    public long Ticks => (long)(job.Seconds * Stopwatch.Frequency);

    /// <summary>Where it is, for a report on a seat that hangs.</summary>
    public string Phase { get; private set; } = "opening";

    public void Gather()
    {
        Phase = "gathering";
        control.Gather(job.AllSeats);
        Phase = "playing";
    }

    public void Leave()
    {
        Phase = "leaving";
        control.Leave(job.AllSeats - job.Victims);
        Phase = "closing";
    }
}

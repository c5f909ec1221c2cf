using TypedShmQueue.Bench.Scenarios;
using TypedShmQueue.Bench.Workers;

namespace TypedShmQueue.Bench.Contestants;

/// <summary>What a contestant is to the reader.</summary>
internal enum Standing
{
    /// <summary>This project's queue.</summary>
    Ours,

    /// <summary>What one would use without it.</summary>
    Peer,

    /// <summary>What the machine allows.</summary>
    Floor,
}

/// <summary>A way for messages from one seat to another, and what it can do.</summary>
internal abstract class Contestant(string name, Standing standing)
{
    public string Name => name;

    public Standing Standing => standing;

    /// <summary>More than one producer and consumer.</summary>
    public bool TakesMany { get; init; }

    /// <summary>More than one producer, whether or not there may be more than one consumer.</summary>
    public bool TakesManyProducers { get => field || TakesMany; init; }

    /// <summary>Sends several messages by one call.</summary>
    public bool TakesBatches { get; init; } = true;

    /// <summary>Waits in the kernel while there is nothing to do.</summary>
    public bool Parks { get; init; } = true;

    /// <summary>Whether its consumer's process can tell the processor time it takes.</summary>
    public bool CanIdle { get; init; } = true;

    public int LargestMessage { get; init; } = int.MaxValue;

    /// <summary>All seats are threads of one process.</summary>
    public bool InProcess { get; init; }

    /// <summary>A native program to run for each seat, in place of <see cref="Play"/>.</summary>
    public virtual string? Program => null;

    /// <summary>Why it cannot take part here, or null.</summary>
    public virtual string? Missing => null;

    /// <summary>Builds what has to be built, once in a run.</summary>
    public virtual void Prepare()
    {
    }

    /// <summary>Takes a seat: runs the part with links of this contestant.</summary>
    public abstract SeatReport Play(Seat seat, Part part);

    /// <summary>Removes what the job's folder does not hold.</summary>
    public virtual void CleanUp(Job job)
    {
    }
}

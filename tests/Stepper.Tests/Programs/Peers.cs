using TypedShmQueue.Liveness;
using TypedShmQueue.Ring;
using TypedShmQueue.Stepper.Tests.Stepping;

namespace TypedShmQueue.Stepper.Tests.Programs;

/// <summary>The kernel's word on who lives: asking it is a step, and its answer is that of the moment.</summary>
/// <param name="scheduler">Who kills.</param>
/// <param name="mistakesTheLiving">A seeded fault: says of everybody that they are dead.</param>
internal sealed class Peers(Scheduler scheduler, bool mistakesTheLiving) : IPeers
{
    public bool IsAlive(long owner)
    {
        Scheduler.Current?.Step(commutes: false);
        Scheduler.Current?.Risk("the system, asked who lives,");
        bool alive = owner != 0 && !mistakesTheLiving && !scheduler.IsDead(new OwnerWord(owner).Index);
        if (Scheduler.Current is { IsTraced: true } s) s.Note($"asks whether process {new OwnerWord(owner).Index} lives: {alive}");
        return alive;
    }

    public void OnTombstone()
    {
        // Nobody waits here.
    }
}

using TypedShmQueue.Layout;
using TypedShmQueue.Liveness;
using TypedShmQueue.Ring.Broadcast;
using TypedShmQueue.Ring;
using TypedShmQueue.Stepper.Tests.Programs;
using TypedShmQueue.Stepper.Tests.Stepping;

namespace TypedShmQueue.Stepper.Tests;

/// <summary>Whoever finds a holder dead is late with it: a successor has taken the named subscription up, and left it again.</summary>
public sealed unsafe class EvictionTests
{
    private const long Dead = 1, Successor = 2, Hour = 3_600_000;

    [Fact]
    public void Late_eviction_leaves_a_successor_s_absence_as_it_is()
    {
        using Board board = new(capacity: 2, System.Runtime.CompilerServices.Unsafe.SizeOf<Pair>(), subscriptions: 1);
        Decisions decisions = new();
        int runs = 0, succeeded = 0;
        do
        {
            decisions.Rewind();
            if (Run(board, decisions)) succeeded++;
            runs++;
        }
        while (decisions.TryNextPath());
        // Some of each, or the schedules were not what they should be.
        succeeded.ShouldBeInRange(1, runs - 1);
    }

    /// <summary>Whether the successor came while the dead one was still named.</summary>
    private static bool Run(Board board, Decisions decisions)
    {
        board.Reset(lanesInUse: 0);
        SubscriptionRecord* record = board.Subscriptions.Records;
        SubscriptionState state = SubscriptionState.Of(1, lossy: false, named: true);
        record->State = state.Word;
        record->Owner = Dead;
        long began = Clock.Now(board.Subscriptions), left = began + Hour;
        bool succeeded = false;
        Scheduler scheduler = new(board, decisions, new Bounds(Preemptions: 2, Deaths: 0), _ => false);
        scheduler.Add(0, () => Eviction.Evict<SteppingMemory>(board.Subscriptions, record, state, Dead));
        scheduler.Add(1, () =>
        {
            // As the table takes it, and as it ends; an hour later, so that no clock can be too coarse.
            succeeded = SteppingMemory.CompareAndSwap(ref record->Owner, Dead, Successor);
            if (!succeeded) return;
            SteppingMemory.StoreRelease(ref record->AbsentSince, left);
            SteppingMemory.StoreRelease(ref record->Owner, 0);
        });
        scheduler.Run();
        record->Owner.ShouldBe(0);
        if (succeeded) record->AbsentSince.ShouldBe(left, $"{decisions}");
        else record->AbsentSince.ShouldBeInRange(began, Clock.Now(board.Subscriptions), $"{decisions}");
        return succeeded;
    }
}

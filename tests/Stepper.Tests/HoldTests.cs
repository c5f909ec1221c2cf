using TypedShmQueue.Layout;
using TypedShmQueue.Liveness;
using TypedShmQueue.Ring;
using TypedShmQueue.Stepper.Tests.Programs;
using TypedShmQueue.Stepper.Tests.Stepping;

namespace TypedShmQueue.Stepper.Tests;

/// <summary>A producer looks whether it must wait for a named subscription that holds, while that changes hands.</summary>
public sealed unsafe class HoldTests
{
    private const long Dead = 1, Successor = 2, Living = 3, Hour = 3_600_000;

    /// <summary>The successor found the dead one itself, so that nobody noted an absence.</summary>
    [Fact]
    public void Holds_when_it_is_taken_up_from_the_dead() => NobodyPasses(Dead, named: true, record =>
        _ = SteppingMemory.CompareAndSwap(ref record->Owner, Dead, Successor));

    /// <summary>As it is kept, and as it ends.</summary>
    [Fact]
    public void Holds_when_it_gets_its_name_and_ends() => NobodyPasses(Living, named: false, record =>
    {
        SteppingMemory.StoreRelease(ref record->State, new SubscriptionState(record->State).WithName.Word);
        SteppingMemory.StoreRelease(ref record->AbsentSince, Clock.Now);
        SteppingMemory.StoreRelease(ref record->Owner, 0);
    });

    private static void NobodyPasses(long owner, bool named, Change change)
    {
        using Board board = new(capacity: 2, System.Runtime.CompilerServices.Unsafe.SizeOf<Pair>(), subscriptions: 1);
        Decisions decisions = new();
        int runs = 0;
        do
        {
            decisions.Rewind();
            board.Reset(lanesInUse: 0);
            RingView ring = board.View;
            long head = ring.Head;
            ring.Tail = head + ring.Capacity;
            for (long position = head; position < ring.Tail; position++)
                *(long*)(ring.Slots + ((position & ring.Mask) * board.Stride)) = SlotWord.Published(position);
            SubscriptionRecord* record = board.Subscriptions.Records;
            board.Subscriptions.Used = 1;
            record->Cursor = head;
            record->State = SubscriptionState.Of(1, lossy: false, named).Word;
            record->Owner = owner;
            record->HoldMilliseconds = Hour;
            Scheduler scheduler = new(board, decisions, new Bounds(Preemptions: 2, Deaths: 0), _ => false);
            Gating<Pair, SteppingMemory> gating = new(ring, board.Subscriptions, new AllButTheDead(), oneProducer: true, new object());
            scheduler.Add(0, () => gating.TryMakeRoom(ring.Tail, closely: true));
            scheduler.Add(1, () => change(record));
            scheduler.Run();
            ring.Head.ShouldBe(head, $"{decisions}");
            runs++;
        }
        while (decisions.TryNextPath());
        runs.ShouldBeGreaterThan(1);
    }

    private delegate void Change(SubscriptionRecord* record);

    private sealed class AllButTheDead : IPeers
    {
        public bool IsAlive(long owner) => owner != Dead;

        public void OnTombstone()
        {
            // Nobody waits here.
        }
    }
}

using TypedShmQueue.Layout;
using TypedShmQueue.Liveness;
using TypedShmQueue.Region;
using TypedShmQueue.Ring.Broadcast;
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
        SteppingMemory.StoreRelease(ref record->AbsentSince, BootClock.Milliseconds); // the board's clock has no offset
        SteppingMemory.StoreRelease(ref record->Owner, 0);
    });

    /// <summary>A producer may have announced a floor by a look from before it was there; what is below is not lost for that.</summary>
    [Fact]
    public void Misses_nothing_when_it_is_begun_left_and_taken_up_again()
    {
        using Board board = new(capacity: 2, System.Runtime.CompilerServices.Unsafe.SizeOf<Pair>(), subscriptions: 1);
        Decisions decisions = new();
        int runs = 0;
        do
        {
            decisions.Rewind();
            RingView ring = FullRing(board);
            SubscriptionRecord* record = board.Subscriptions.Records;
            record->HoldMilliseconds = Hour;
            Scheduler scheduler = new(board, decisions, new Bounds(Preemptions: 2, Deaths: 0), _ => false);
            Gating<Pair, SteppingMemory> gating = new(ring, board.Subscriptions, new AllButTheDead(), oneProducer: true, new object());
            SubscriberRing<Pair, SteppingMemory> first =
                new(ring, board.Subscriptions, 0, new AllButTheDead(), oneProducer: true, new object());
            SubscriberRing<Pair, SteppingMemory> second =
                new(ring, board.Subscriptions, 0, new AllButTheDead(), oneProducer: true, new object());
            scheduler.Add(0, () => gating.TryMakeRoom(ring.Tail, asks: true, waits: false));
            scheduler.Add(1, () =>
            {
                SteppingMemory.StoreRelease(ref record->Owner, Living);
                first.Begin(lossy: false).ShouldBe(RingStatus.Done);
                first.Keep();
                first.End(named: true);
                SteppingMemory.StoreRelease(ref record->Owner, Successor);
                second.Resume(lossy: false).ShouldBe(RingStatus.Done);
            });
            scheduler.Run();
            second.Missed.ShouldBe(0, $"{decisions}");
            second.Position.ShouldBe(first.Position, $"{decisions}");
            ring.Head.ShouldBeLessThanOrEqualTo(second.Position, $"{decisions}");
            runs++;
        }
        while (decisions.TryNextPath());
        runs.ShouldBeGreaterThan(1);
    }

    private static RingView FullRing(Board board)
    {
        board.Reset(lanesInUse: 0);
        RingView ring = board.View;
        ring.Tail = ring.Head + ring.Capacity;
        for (long position = ring.Head; position < ring.Tail; position++)
            *(long*)(ring.Slots + ((position & ring.Mask) * board.Stride)) = SlotWord.Published(position);
        return ring;
    }

    private static void NobodyPasses(long owner, bool named, Change change)
    {
        using Board board = new(capacity: 2, System.Runtime.CompilerServices.Unsafe.SizeOf<Pair>(), subscriptions: 1);
        Decisions decisions = new();
        int runs = 0;
        do
        {
            decisions.Rewind();
            RingView ring = FullRing(board);
            long head = ring.Head;
            SubscriptionRecord* record = board.Subscriptions.Records;
            board.Subscriptions.Used = 1;
            record->Cursor = head;
            record->State = SubscriptionState.Of(1, lossy: false, named).Word;
            record->Owner = owner;
            record->HoldMilliseconds = Hour;
            Scheduler scheduler = new(board, decisions, new Bounds(Preemptions: 2, Deaths: 0), _ => false);
            Gating<Pair, SteppingMemory> gating = new(ring, board.Subscriptions, new AllButTheDead(), oneProducer: true, new object());
            scheduler.Add(0, () => gating.TryMakeRoom(ring.Tail, asks: true, waits: false));
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

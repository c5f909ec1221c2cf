using System.Runtime.CompilerServices;
using TypedShmQueue.Layout;
using TypedShmQueue.Ring;
using TypedShmQueue.Ring.Broadcast;
using TypedShmQueue.Stepper.Tests.Programs;
using TypedShmQueue.Stepper.Tests.Stepping;

namespace TypedShmQueue.Stepper.Tests;

/// <summary>
/// A producer is paused while it makes room, and the others go on by as many positions as make 32 bits of a position the same again. Its
/// swap of the floor must fail: the positions that it looked at are gone, and those that stand in their slots are not finished.
/// </summary>
public sealed unsafe class WrapTests
{
    private const int Capacity = 16;

    [Theory]
    [InlineData(1L << 32)]
    [InlineData(3L << 32)]
    [InlineData(1L << 50)]
    public void Floor_is_not_announced_by_a_look_from_a_round_ago(long later)
    {
        using Board board = new(Capacity, Unsafe.SizeOf<Pair>(), subscriptions: 1);
        Decisions decisions = new();
        int runs = 0;
        do
        {
            decisions.Rewind();
            Run(board, decisions, later);
            runs++;
        }
        while (decisions.TryNextPath());
        runs.ShouldBeGreaterThan(5); // before each access of the look
    }

    private static void Run(Board board, Decisions decisions, long later)
    {
        board.Reset(lanesInUse: 0);
        RingView view = board.View;
        for (long position = Capacity; position < 2 * Capacity; position++)
            *(long*)(view.Slots + ((position & view.Mask) * board.Stride)) = SlotWord.Published(position);
        view.Tail = 2 * Capacity;

        Scheduler scheduler = new(board, decisions, new Bounds(Preemptions: 2, Deaths: 0), _ => false);
        Gating<Pair, SteppingMemory> gating =
            new(view, board.Subscriptions, new Peers(scheduler, mistakesTheLiving: false), oneProducer: false, new object());
        FloorWord floor = FloorWord.Of(Capacity + later, 0);
        scheduler.Add(0, () => _ = gating.TryMakeRoom(2 * Capacity, asks: false, waits: false));
        scheduler.Add(1, () =>
        {
            SteppingMemory.StoreRelease(ref view.Tail, (2 * Capacity) + later);
            // The rest in the same instant. What is claimed from the oldest position on is not published yet.
            view.Head = Capacity + later;
            view.Floor = floor.Word;
        });
        scheduler.Run();
        view.Floor.ShouldBe(floor.Word, $"{decisions}");
        view.Head.ShouldBe(Capacity + later, $"{decisions}");
    }
}

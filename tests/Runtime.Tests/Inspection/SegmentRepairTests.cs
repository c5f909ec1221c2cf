using TypedShmQueue.Inspection;
using TypedShmQueue.Queue;
using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Inspection;

/// <summary>
/// What a repair passes, and what it leaves. Deaths are written into the file: a claim that no live lane covers is that of a dead producer.
/// </summary>
public sealed class SegmentRepairTests : QueueTests<ManyProducers, ManyConsumers>
{
    private const int Capacity = 4;
    private const long TailOffset = 512;

    private SegmentRepair Attach() => SegmentRepair.TryOpen(Contract, QueuePlace.Of(Name, Folder.Options, create: false)).ShouldNotBeNull();

    private long ClaimAsTheDead()
    {
        long tail = Spoiler.ReadWord(Folder.PathOf(Name), TailOffset);
        Spoiler.Write(Folder.PathOf(Name), TailOffset, tail + 1);
        return tail;
    }

    [Fact]
    public void Claim_of_the_dead_is_passed_and_no_message_with_it()
    {
        var queue = Create(Capacity);
        queue.TryEnqueue(P(0)).ShouldBeTrue();
        long position = ClaimAsTheDead();
        queue.TryEnqueue(P(1)).ShouldBeTrue();
        using (SegmentRepair repair = Attach())
        {
            repair.Pass(position).ShouldBe(AbandonedPosition.Passed);
            repair.Pass(position).ShouldBe(AbandonedPosition.Settled, "a second time there is nothing to do");
        }

        Drain(queue).ShouldBe([0, 1]);
        queue.GetStatistics().Recovered.ShouldBe(1);
    }

    /// <summary>
    /// A producer that displaces claims first and takes the oldest then: whoever dies in between leaves an acknowledged message in the
    /// claimed slot.
    /// </summary>
    [Fact]
    public void Message_that_the_dead_did_not_displace_stays()
    {
        var queue = Create(Capacity);
        queue.TryEnqueue(Parcels(0, Capacity)).ShouldBe(Capacity);
        long position = ClaimAsTheDead();
        using (SegmentRepair repair = Attach()) repair.Pass(position).ShouldBe(AbandonedPosition.HoldsMessage);
        Worker.Run(() =>
        {
            Range(0, Capacity).ShouldBe(Enumerable.Range(0, Capacity).Select(_ => queue.Dequeue(default).Sequence));
            queue.TryEnqueue(P(9)).ShouldBeTrue();
            queue.Dequeue(default).Sequence.ShouldBe(9);
        });
        queue.GetStatistics().Displaced.ShouldBe(0);
        queue.GetStatistics().Recovered.ShouldBe(1);
    }

    [Fact]
    public void Claim_of_the_living_is_left()
    {
        var queue = Create(Capacity);
        queue.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
        using (SegmentRepair repair = Attach()) repair.Pass(Capacity).ShouldBe(AbandonedPosition.Held);
        writer.Value = P(7);
        writer.Commit();
        Drain(queue).ShouldBe([7]);
    }

    [Fact]
    public void Nothing_of_the_living_is_taken()
    {
        var queue = Create(Capacity);
        queue.TryEnqueue(P(0)).ShouldBeTrue();
        using SegmentRepair repair = Attach();
        repair.TryGiveBackProducerRole().ShouldBeFalse();
        repair.TryGiveBackConsumerRole().ShouldBeFalse();
        repair.EndSubscriptions().ShouldBeEmpty();
        repair.ClearEntries().ShouldBe(0);
        Drain(queue).ShouldBe([0]);
    }
}

using TypedShmQueue.Ring.Broadcast;
using TypedShmQueue.Ring;
using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Broadcast;

/// <summary>Who waits for whom, and who loses what.</summary>
public abstract class PressureTests<TProducers> : BroadcastTests<TProducers>
    where TProducers : struct, IProducerRole
{
    private static readonly SubscriptionOptions s_lossy = new() { Lossy = true };

    [Fact]
    public void A_full_ring_waits_for_the_slowest()
    {
        var queue = Create();
        using var slow = queue.Subscribe(SubscribeFrom.Oldest, null);
        using var fast = queue.Subscribe(SubscribeFrom.Oldest, null);
        queue.TryEnqueue(Parcels(0, 20)).ShouldBe(8);
        Drain(fast).Count.ShouldBe(8);
        for (int i = 0; i < 1000; i++) queue.TryEnqueue(P(8)).ShouldBeFalse();
        slow.TryDequeue(out _).ShouldBeTrue();
        queue.TryEnqueue(P(8)).ShouldBeTrue();
        queue.TryEnqueue(P(9)).ShouldBeFalse();
        Drain(slow).ShouldBe(Range(1, 8));
        Drain(fast).ShouldBe([8]);
        queue.TryEnqueue(Parcels(9, 20)).ShouldBe(8);
    }

    [Fact]
    public void A_waiting_producer_goes_on_when_the_slowest_has_taken()
    {
        var queue = Create(capacity: 2);
        using var slow = queue.Subscribe(SubscribeFrom.Oldest, null);
        queue.TryEnqueue(Parcels(0, 2)).ShouldBe(2);
        Worker producer = Worker.Start(() => queue.Enqueue(P(2), default));
        Worker.WaitUntil(() => queue.GetStatistics().Parked > 0, "a parked producer");
        slow.Dequeue(default).ShouldBe(P(0));
        producer.Join();
        Drain(slow).ShouldBe([1, 2]);
    }

    [Fact]
    public void A_waiting_producer_goes_on_when_the_slowest_ends()
    {
        var queue = Create(capacity: 2);
        var slow = queue.Subscribe(SubscribeFrom.Oldest, null);
        queue.TryEnqueue(Parcels(0, 2)).ShouldBe(2);
        Worker producer = Worker.Start(() => queue.Enqueue(P(2), default));
        Worker.WaitUntil(() => queue.GetStatistics().Parked > 0, "a parked producer");
        slow.Dispose();
        producer.Join();
    }

    [Fact]
    public void Where_producers_wait_nothing_is_displaced()
    {
        Overflow = Overflow.Wait;
        var queue = Create();
        using var slow = queue.Subscribe(SubscribeFrom.Oldest, null);
        queue.TryEnqueue(Parcels(0, 20)).ShouldBe(8);
        Should.Throw<InvalidOperationException>(() => queue.EnqueueShift(P(8))).Message.ShouldContain("Overflow.Any");
        Drain(slow).ShouldBe(Range(0, 8));
    }

    [Theory]
    [InlineData(Overflow.Any)]
    [InlineData(Overflow.Wait)]
    public void A_lossy_subscription_holds_nobody_back_and_counts_what_it_missed(Overflow overflow)
    {
        Overflow = overflow;
        var queue = Create();
        using var lossy = queue.Subscribe(SubscribeFrom.Oldest, s_lossy);
        for (int i = 0; i < 100; i++) queue.TryEnqueue(P(i)).ShouldBeTrue();
        IReadOnlyList<long> got = Drain(lossy);
        got.ShouldBe(Range(100 - got.Count, got.Count));
        (lossy.Missed + got.Count).ShouldBe(100);
        queue.GetStatistics().Displaced.ShouldBe(0);
    }

    [Fact]
    public void Shift_overwrites_the_oldest_and_who_was_lapped_counts_exactly()
    {
        var queue = Create();
        using var slow = queue.Subscribe(SubscribeFrom.Oldest, null);
        queue.TryEnqueue(Parcels(0, 8)).ShouldBe(8);
        for (int i = 8; i < 11; i++)
        {
            queue.EnqueueShift(P(i), out Parcel displaced).ShouldBeTrue();
            displaced.ShouldBe(P(i - 8));
        }

        queue.GetStatistics().Displaced.ShouldBe(3);
        slow.Missed.ShouldBe(0); // it has not looked yet
        Drain(slow).ShouldBe(Range(3, 8));
        slow.Missed.ShouldBe(3);
    }

    /// <summary>
    /// A call that looks for room, and then sees the queue completed, will send nothing: it must not have displaced for that.
    /// </summary>
    [Fact]
    public void Nothing_is_displaced_once_the_queue_is_completed()
    {
        using var queue = TypedQueue<Parcel, TProducers, Subscribers>.Create(Contract, Name, Folder.Options with { Capacity = 8 });
        queue.TryEnqueue(Parcels(0, 8)).ShouldBe(8);
        long tail = queue.Session.Ring.Tail, head = queue.Session.Ring.Head;
        queue.Complete();
        Gating<Parcel, HardwareMemory> gating =
            new(queue.Session.Ring, queue.Session.Subscriptions, queue.Session, OneProducer, queue.Session.KeepMapped);
        NoReader nothing = default;
        gating.TryReadOldest(tail, ref nothing, out long oldest, out _).ShouldBe(RingStatus.Completed);
        oldest.ShouldBe(0);
        (queue.Session.Ring.Head, queue.GetStatistics().Displaced).ShouldBe((head, 0));
    }

    /// <summary>A producer that found no room looks at the oldest message next, and everybody may have taken it in between.</summary>
    [Fact]
    public void What_everybody_took_after_there_was_no_room_is_not_displaced()
    {
        var queue = Create(capacity: 8);
        using var reader = queue.Subscribe(SubscribeFrom.Oldest, null);
        queue.TryEnqueue(Parcels(0, 8)).ShouldBe(8);
        Gating<Parcel, HardwareMemory> gating =
            new(queue.Session.Ring, queue.Session.Subscriptions, queue.Session, OneProducer, queue.Session.KeepMapped);
        NoReader nothing = default;
        gating.TryReadOldest(queue.Session.Ring.Tail, ref nothing, out long oldest, out bool isMessage).ShouldBe(RingStatus.Done);
        (oldest, isMessage).ShouldBe((queue.Session.Ring.Head, true));
        reader.Dequeue(default).ShouldBe(P(0));
        gating.TryReadOldest(queue.Session.Ring.Tail, ref nothing, out oldest, out _).ShouldBe(RingStatus.Done);
        oldest.ShouldBe(0, "the next look makes room");
        queue.EnqueueShift(P(8)).ShouldBeFalse();
        queue.GetStatistics().Displaced.ShouldBe(0);
    }

    [Fact]
    public void Shift_displaces_nothing_that_everybody_has_taken()
    {
        var queue = Create();
        using var reader = queue.Subscribe(SubscribeFrom.Oldest, null);
        for (int i = 0; i < 50; i++)
        {
            queue.EnqueueShift(P(i)).ShouldBeFalse();
            reader.Dequeue(default).ShouldBe(P(i));
        }

        (reader.Missed, queue.GetStatistics().Displaced).ShouldBe((0, 0));
    }

    [Fact]
    public void Positions_without_a_message_are_not_missed()
    {
        var queue = Create();
        using var slow = queue.Subscribe(SubscribeFrom.Oldest, null);
        using var latest = queue.Subscribe(SubscribeFrom.Latest, s_lossy);
        int sent = 0;
        for (int i = 0; i < 40; i++)
        {
            queue.EnqueueShift(P(sent++));
            if (i % 3 == 0 && queue.TryClaim(out SlotWriter<Parcel> writer)) writer.Dispose();
        }

        IReadOnlyList<long> got = Drain(slow), gotLater = Drain(latest);
        (slow.Missed + got.Count).ShouldBe(sent);
        (latest.Missed + gotLater.Count).ShouldBe(sent);
        got.ShouldBe(Range(sent - got.Count, got.Count));
    }

    [Fact]
    public void Abandoned_claims_are_passed_by_everybody()
    {
        var queue = Create();
        using var first = queue.Subscribe(SubscribeFrom.Oldest, null);
        using var second = queue.Subscribe(SubscribeFrom.Oldest, null);
        for (int i = 0; i < 50; i++)
        {
            SendNothing(queue);
            queue.TryEnqueue(P(i)).ShouldBeTrue();
            Drain(first).ShouldBe([i]);
            Drain(second).ShouldBe([i]);
        }

        (first.Missed, second.Missed).ShouldBe((0, 0));
    }

    [Fact]
    public void Who_is_overtaken_while_it_reads_in_place_is_told_so()
    {
        var queue = Create();
        using var slow = queue.Subscribe(SubscribeFrom.Oldest, null);
        queue.TryEnqueue(Parcels(0, 8)).ShouldBe(8);
        slow.TryRead(out SlotReader<Parcel> reader, 3).ShouldBeTrue();
        reader.Count.ShouldBe(3);
        reader[1].ShouldBe(P(1));
        queue.EnqueueShift(P(8)).ShouldBeTrue();
        reader.Release().ShouldBeFalse();
        Drain(slow).ShouldBe(Range(1, 8));
        slow.Missed.ShouldBe(1);
    }
}

public sealed class PressureTests_ManyProducers : PressureTests<ManyProducers>;
public sealed class PressureTests_OneProducer : PressureTests<OneProducer>;

using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Calls;

public abstract class EnqueueTests<TProducers, TConsumers> : QueueTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    [Fact]
    public void Messages_come_out_as_and_in_the_order_they_went_in()
    {
        var queue = Create();
        for (int i = 0; i < 8; i++) queue.Enqueue(P(i), default);
        Drain(queue).ShouldBe(Range(0, 8));
    }

    [Fact]
    public void Another_handle_gets_what_one_sent()
    {
        var sender = Create();
        var receiver = Open();
        sender.Enqueue(P(1), default);
        sender.TryEnqueue(P(2)).ShouldBeTrue();
        receiver.Dequeue(default).ShouldBe(P(1));
        receiver.Dequeue(default).ShouldBe(P(2));
    }

    [Fact]
    public void TryEnqueue_is_false_when_full_and_true_again_after_a_dequeue()
    {
        var queue = Create(capacity: 2);
        queue.TryEnqueue(P(0)).ShouldBeTrue();
        queue.TryEnqueue(P(1)).ShouldBeTrue();
        queue.TryEnqueue(P(2)).ShouldBeFalse();
        queue.Dequeue(default).ShouldBe(P(0));
        queue.TryEnqueue(P(3)).ShouldBeTrue();
        Drain(queue).ShouldBe([1, 3]);
    }

    [Fact]
    public void Messages_outlive_their_senders_handle()
    {
        var sender = Create();
        var receiver = Open();
        sender.Enqueue(P(7), default);
        sender.Dispose();
        receiver.Dequeue(default).ShouldBe(P(7));
    }

    [Fact]
    public void EnqueueShift_displaces_the_oldest_and_hands_it_out()
    {
        var queue = Create(capacity: 2);
        queue.EnqueueShift(P(0)).ShouldBeFalse();
        queue.EnqueueShift(P(1), out Parcel none).ShouldBeFalse();
        none.ShouldBe(default);
        if (NeverDisplaces)
        {
            Should.Throw<InvalidOperationException>(() => queue.EnqueueShift(P(2))).Message.ShouldContain("Overflow.Any");
            Drain(queue).ShouldBe([0, 1]);
            return;
        }

        queue.EnqueueShift(P(2)).ShouldBeTrue();
        queue.EnqueueShift(P(3), out Parcel displaced).ShouldBeTrue();
        displaced.ShouldBe(P(1));
        Drain(queue).ShouldBe([2, 3]);
        queue.GetStatistics().Displaced.ShouldBe(2);
    }

    [Fact]
    public void EnqueueShift_keeps_the_newest_over_many_laps()
    {
        if (NeverDisplaces) return;
        var queue = Create(capacity: 4);
        for (int i = 0; i < 1000; i++) queue.EnqueueShift(P(i)).ShouldBe(i >= 4);
        Drain(queue).ShouldBe([996, 997, 998, 999]);
        var statistics = queue.GetStatistics();
        statistics.Enqueued.ShouldBe(1000);
        statistics.Displaced.ShouldBe(996);
        statistics.Dequeued.ShouldBe(4);
    }

    [Fact]
    public void EnqueueShift_passes_a_tombstone_without_calling_it_a_message()
    {
        if (NeverDisplaces || OneProducer) return;
        var queue = Create(capacity: 2);
        queue.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
        writer.Dispose();
        queue.Enqueue(P(1), default);
        queue.EnqueueShift(P(2)).ShouldBeFalse();
        Drain(queue).ShouldBe([1, 2]);
        queue.GetStatistics().Displaced.ShouldBe(0);
    }
}

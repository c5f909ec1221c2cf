using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Calls;

public abstract class DequeueTests<TProducers, TConsumers> : QueueTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    [Fact]
    public void TryDequeue_is_false_when_empty_however_often_it_looks()
    {
        var queue = Create();
        for (int i = 0; i < 10_000; i++)
        {
            queue.TryDequeue(out Parcel none).ShouldBeFalse();
            none.ShouldBe(default);
        }

        queue.Enqueue(P(5), default);
        queue.TryDequeue(out Parcel parcel).ShouldBeTrue();
        parcel.ShouldBe(P(5));
    }

    [Fact]
    public void TryPeek_reads_the_oldest_and_leaves_it()
    {
        var queue = Create();
        queue.TryPeek(out Parcel none).ShouldBeFalse();
        none.ShouldBe(default);
        queue.Enqueue(P(1), default);
        queue.Enqueue(P(2), default);
        for (int i = 0; i < 3; i++)
        {
            queue.TryPeek(out Parcel oldest).ShouldBeTrue();
            oldest.ShouldBe(P(1));
        }

        queue.Count.ShouldBe(2);
        Drain(queue).ShouldBe([1, 2]);
        for (int i = 0; i < 200; i++) queue.TryPeek(out _).ShouldBeFalse();
    }

    [Fact]
    public void Peek_looks_past_an_abandoned_claim()
    {
        var queue = Create();
        queue.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
        writer.Dispose();
        queue.TryPeek(out _).ShouldBeFalse();
        queue.Enqueue(P(1), default);
        queue.TryPeek(out Parcel oldest).ShouldBeTrue();
        oldest.ShouldBe(P(1));
    }

    [Fact]
    public void Dequeue_waits_for_a_message()
    {
        var queue = Create();
        Parcel got = default;
        Worker consumer = Worker.Start(() => got = queue.Dequeue(default));
        Worker.WaitUntil(() => queue.GetStatistics().Parked > 0, "a parked consumer");
        queue.Enqueue(P(9), default);
        consumer.Join();
        got.ShouldBe(P(9));
    }

    [Fact]
    public void Enqueue_waits_for_room()
    {
        var queue = Create(capacity: 2);
        queue.TryEnqueue(Parcels(0, 2)).ShouldBe(2);
        Worker producer = Worker.Start(() => queue.Enqueue(P(2), default));
        Worker.WaitUntil(() => queue.GetStatistics().Parked > 0, "a parked producer");
        queue.Dequeue(default).ShouldBe(P(0));
        producer.Join();
        Drain(queue).ShouldBe([1, 2]);
    }

    [Theory]
    [InlineData(WaitPolicy.Adaptive)]
    [InlineData(WaitPolicy.Spin)]
    [InlineData(WaitPolicy.Park)]
    public void Every_way_of_waiting_ends_with_the_message(WaitPolicy wait)
    {
        var queue = Create(capacity: 2, wait: wait);
        Worker consumer = Worker.Start(() =>
        {
            for (int i = 0; i < 100; i++) queue.Dequeue(default).ShouldBe(P(i));
        });
        for (int i = 0; i < 100; i++) queue.Enqueue(P(i), default);
        consumer.Join();
    }
}

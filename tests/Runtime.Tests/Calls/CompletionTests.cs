using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Calls;

public abstract class CompletionTests<TProducers, TConsumers> : QueueTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    [Fact]
    public void What_is_left_is_drained_then_the_end_is_told()
    {
        var queue = Create();
        queue.TryEnqueue(Parcels(0, 3)).ShouldBe(3);
        queue.IsCompleted.ShouldBeFalse();
        queue.Complete();
        queue.IsCompleted.ShouldBeFalse();
        queue.Count.ShouldBe(3);
        queue.Dequeue(default).ShouldBe(P(0));
        Drain(queue).ShouldBe([1, 2]);
        queue.IsCompleted.ShouldBeTrue();
        queue.TryDequeue(out _).ShouldBeFalse();
        queue.TryDequeue(out _, TimeSpan.FromHours(1)).ShouldBeFalse();
        queue.TryDequeue(new Parcel[3]).ShouldBe(0);
        queue.TryPeek(out _).ShouldBeFalse();
        Should.Throw<ShmQueueCompletedException>(() => queue.Dequeue(default)).QueueName.ShouldBe(Name);
        Should.Throw<ShmQueueCompletedException>(() => queue.Dequeue(new Parcel[1], default));
    }

    [Fact]
    public void Nothing_is_sent_after_the_end()
    {
        var queue = Create();
        queue.Enqueue(P(0), default);
        queue.Complete();
        Should.Throw<ShmQueueCompletedException>(() => queue.Enqueue(P(1), default)).Message.ShouldContain(Name);
        Should.Throw<ShmQueueCompletedException>(() => queue.TryEnqueue(P(1)));
        Should.Throw<ShmQueueCompletedException>(() => queue.TryEnqueue(P(1), TimeSpan.FromHours(1)));
        Should.Throw<ShmQueueCompletedException>(() => queue.TryEnqueue(Parcels(1, 2)));
        Should.Throw<ShmQueueCompletedException>(() => queue.Enqueue(Parcels(1, 2), default));
        Should.Throw<ShmQueueCompletedException>(() => queue.EnqueueShift(P(1)));
        Should.Throw<ShmQueueCompletedException>(() => queue.TryClaim(out _));
        queue.Complete();
        Drain(queue).ShouldBe([0]);
        queue.GetStatistics().Enqueued.ShouldBe(1);
    }

    [Fact]
    public void Other_handles_learn_of_the_end()
    {
        var queue = Create();
        var other = Open();
        queue.Enqueue(P(0), default);
        queue.Complete();
        if (!OneProducer) Should.Throw<ShmQueueCompletedException>(() => other.TryEnqueue(P(1)));
        Drain(other).ShouldBe([0]);
        other.IsCompleted.ShouldBeTrue();
        Should.Throw<ShmQueueCompletedException>(() => other.Dequeue(default));
        Open().IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public void Parked_consumers_learn_of_the_end()
    {
        var queue = Create();
        Worker[] consumers = Worker.StartMany(OneConsumer ? 1 : 3, _ => queue.Dequeue(default));
        Worker.WaitUntil(() => queue.GetStatistics().Parked >= consumers.Length, "parked consumers");
        queue.Complete();
        foreach (Worker consumer in consumers) consumer.JoinForError().ShouldBeOfType<ShmQueueCompletedException>();
    }

    [Fact]
    public void Parked_consumer_with_a_timeout_gets_false_at_the_end()
    {
        var queue = Create();
        Worker consumer = Worker.Start(() => queue.TryDequeue(out _, Timeout.InfiniteTimeSpan).ShouldBeFalse());
        Worker.WaitUntil(() => queue.GetStatistics().Parked > 0, "a parked consumer");
        queue.Complete();
        consumer.Join();
    }

    [Fact]
    public void Parked_producers_learn_of_the_end()
    {
        if (OneProducer) return; // ending the stream is the one producer's own act
        var queue = Create(capacity: 2);
        queue.TryEnqueue(Parcels(0, 2)).ShouldBe(2);
        Worker[] producers = Worker.StartMany(3, _ => queue.Enqueue(P(2), default));
        Worker.WaitUntil(() => queue.GetStatistics().Parked >= 3, "parked producers");
        queue.Complete();
        foreach (Worker producer in producers) producer.JoinForError().ShouldBeOfType<ShmQueueCompletedException>();
        Drain(queue).ShouldBe([0, 1]);
        queue.IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public void Claim_made_before_the_end_may_still_be_sent()
    {
        var queue = Create();
        queue.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
        writer.Value = P(0);
        if (OneProducer)
        {
            Should.Throw<InvalidOperationException>(queue.Complete).Message.ShouldContain("SlotWriter");
            writer.Dispose();
            queue.Complete();
            queue.IsCompleted.ShouldBeTrue();
            return;
        }

        queue.Complete();
        queue.IsCompleted.ShouldBeFalse();
        queue.TryDequeue(out _).ShouldBeFalse();
        writer.Commit();
        Drain(queue).ShouldBe([0]);
        queue.IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public void Empty_queue_that_was_never_used_can_be_completed()
    {
        var queue = Create();
        queue.Complete();
        queue.IsCompleted.ShouldBeTrue();
        queue.IsEmpty.ShouldBeTrue();
        Should.Throw<ShmQueueCompletedException>(() => queue.Dequeue(default));
    }
}

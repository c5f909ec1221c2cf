using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Lifetime;

/// <summary>Roles for one: taken by the first call, refused to others while the holder lives, free afterwards.</summary>
public sealed class OneProducerRoleTests : QueueTests<OneProducer, ManyConsumers>
{
    [Fact]
    public void Second_producer_is_told_who_holds_the_role()
    {
        var first = Create();
        var second = Open();
        first.Enqueue(P(0), default);
        foreach (Action send in (Action[])[
            () => second.Enqueue(P(1), default), () => second.TryEnqueue(P(1)), () => second.TryEnqueue(Parcels(1, 2)),
            () =>
                second.TryEnqueue(P(1), TimeSpan.FromSeconds(1)), () =>
                    second.EnqueueShift(P(1)), () => second.TryClaim(out _), second.Complete])
        {
            ShmQueueRoleTakenException error = Should.Throw<ShmQueueRoleTakenException>(send);
            error.HolderProcessId.ShouldBe(Environment.ProcessId);
            error.QueueName.ShouldBe(Name);
            error.Message.ShouldContain($"{Environment.ProcessId}");
            error.Message.ShouldContain("producer");
        }

        second.Dequeue(default).ShouldBe(P(0));
        first.Enqueue(P(1), default);
        Drain(second).ShouldBe([1]);
    }

    [Fact]
    public void Role_passes_on_when_its_holder_is_disposed()
    {
        var queue = Create(capacity: 4);
        long next = 0;
        for (int i = 0; i < 10; i++)
        {
            using var producer = Open();
            producer.TryEnqueue(Parcels(next, 3)).ShouldBe(3);
            Drain(queue).ShouldBe(Range(next, 3));
            next += 3;
        }

        queue.Enqueue(P(next), default);
        queue.GetStatistics().Enqueued.ShouldBe(next + 1);
    }

    [Fact]
    public void Opening_and_looking_take_no_role()
    {
        var queue = Create();
        var other = Open();
        _ = (queue.Count, queue.GetStatistics(), queue.TryPeek(out _), queue.TryDequeue(out _));
        other.Enqueue(P(0), default);
        Drain(queue).ShouldBe([0]);
    }

    /// <summary>A producer that dies after its words and before tail: the next one goes on behind the words.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(4)]
    public void New_holder_walks_over_words_that_tail_does_not_know_of(int lag)
    {
        var queue = Create(capacity: 4);
        queue.TryEnqueue(Parcels(0, 4)).ShouldBe(4);
        queue.Dispose();
        Spoiler.Write(Folder.PathOf(Name), 512, 8L - lag);

        var next = Open();
        Worker.Run(() =>
        {
            next.TryEnqueue(P(4)).ShouldBeFalse();
            next.Count.ShouldBe(4);
            next.EnqueueShift(P(4), out Parcel displaced).ShouldBeTrue();
            displaced.ShouldBe(P(0));
        });
        Drain(next).ShouldBe([1, 2, 3, 4]);
    }
}

/// <summary>The same for consumers, by both protocols for one.</summary>
public abstract class OneConsumerRoleTests<TConsumers> : QueueTests<ManyProducers, TConsumers>
    where TConsumers : struct, IConsumerRole
{
    [Fact]
    public void Second_consumer_is_told_who_holds_the_role()
    {
        var first = Create();
        var second = Open();
        first.TryDequeue(out _).ShouldBeFalse();
        second.Enqueue(P(0), default);
        foreach (Action take in (Action[])[
            () =>
                second.Dequeue(default), () =>
                    second.TryDequeue(out _), () => second.TryDequeue(new Parcel[2]), () => second.TryPeek(out _),
            () => second.TryDequeue(out _, TimeSpan.FromSeconds(1)), () => second.Dequeue(new Parcel[2], default)])
        {
            ShmQueueRoleTakenException error = Should.Throw<ShmQueueRoleTakenException>(take);
            error.HolderProcessId.ShouldBe(Environment.ProcessId);
            error.Message.ShouldContain("consumer");
        }

        Drain(first).ShouldBe([0]);
    }

    [Fact]
    public void Role_passes_on_when_its_holder_is_disposed()
    {
        var queue = Create(capacity: 4);
        for (int i = 0; i < 10; i++)
        {
            queue.TryEnqueue(Parcels(i * 3, 3)).ShouldBe(3);
            using var consumer = Open();
            Drain(consumer).ShouldBe(Range(i * 3, 3));
        }
    }
}

public sealed class OneConsumerRoleTests_OneConsumer : OneConsumerRoleTests<OneConsumer>;

public sealed class OneConsumerRoleTests_OneWaitingConsumer : OneConsumerRoleTests<OneWaitingConsumer>;

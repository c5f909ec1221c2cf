using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Calls;

public abstract class ClaimTests<TProducers, TConsumers> : QueueTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    [Fact]
    public void Committed_message_is_sent()
    {
        var queue = Create();
        using (SlotWriter<Parcel> writer = Claim(queue))
        {
            writer.Value = P(3);
            queue.TryDequeue(out _).ShouldBeFalse();
            writer.Commit();
        }

        Drain(queue).ShouldBe([3]);
    }

    [Fact]
    public void Abandoned_claim_sends_nothing_and_holds_nobody_up()
    {
        var queue = Create();
        using (SlotWriter<Parcel> writer = Claim(queue)) writer.Value = P(3);
        queue.Enqueue(P(4), default);
        queue.Dequeue(default).ShouldBe(P(4));
        var statistics = queue.GetStatistics();
        statistics.Enqueued.ShouldBe(1);
        statistics.Dequeued.ShouldBe(1);
        statistics.Abandoned.ShouldBe(OneProducer ? 0 : 1);
        statistics.Recovered.ShouldBe(0);
    }

    [Fact]
    public void Full_ring_gives_no_claim()
    {
        var queue = Create(capacity: 2);
        queue.TryEnqueue(Parcels(0, 2)).ShouldBe(2);
        queue.TryClaim(out SlotWriter<Parcel> writer).ShouldBeFalse();
        NotOpen(writer);
        writer.Dispose();
        queue.Dequeue(default);
        Claim(queue).Dispose();
    }

    [Fact]
    public void Shift_behind_an_open_writer_of_the_same_thread_says_so()
    {
        var queue = Create(capacity: 2);
        using SlotWriter<Parcel> writer = Claim(queue);
        if (!OneProducer) queue.TryEnqueue(P(1)).ShouldBeTrue();
        Should.Throw<InvalidOperationException>(() => queue.EnqueueShift(P(2)));
    }

    [Fact]
    public void Writer_is_used_once()
    {
        var queue = Create();
        SlotWriter<Parcel> writer = Claim(queue);
        writer.Value = P(1);
        writer.Commit();
        NotOpen(writer);
        writer.Dispose();
        Drain(queue).ShouldBe([1]);

        SlotWriter<Parcel> other = Claim(queue);
        other.Dispose();
        NotOpen(other);
        other.Dispose();
        Drain(queue).ShouldBeEmpty();
    }

    [Fact]
    public void Nested_claims_are_each_their_own()
    {
        var queue = Create();
        SlotWriter<Parcel> first = Claim(queue);
        if (OneProducer)
        {
            Should.Throw<InvalidOperationException>(() => queue.TryClaim(out _)).Message.ShouldContain("SlotWriter is still open");
            Should.Throw<InvalidOperationException>(() => queue.TryEnqueue(P(9)));
            first.Value = P(0);
            first.Commit();
            Drain(queue).ShouldBe([0]);
            return;
        }

        SlotWriter<Parcel> second = Claim(queue);
        SlotWriter<Parcel> third = Claim(queue);
        queue.Enqueue(P(3), default);
        third.Value = P(2);
        third.Commit();
        first.Value = P(0);
        queue.TryDequeue(out _).ShouldBeFalse();
        first.Commit();
        queue.Dequeue(default).ShouldBe(P(0));
        queue.TryDequeue(out _).ShouldBeFalse();
        second.Dispose();
        Drain(queue).ShouldBe([2, 3]);
    }

    [Fact]
    public void Open_claim_of_a_live_producer_is_never_taken_for_abandoned()
    {
        if (OneProducer) return;
        var queue = Create();
        SlotWriter<Parcel> writer = Claim(queue);
        queue.Enqueue(P(1), default);
        for (int i = 0; i < 10_000; i++) queue.TryDequeue(out _).ShouldBeFalse();
        queue.TryDequeue(out _, TimeSpan.FromMilliseconds(250)).ShouldBeFalse();
        var other = Open();
        if (!OneConsumer) other.TryDequeue(out _, TimeSpan.FromMilliseconds(250)).ShouldBeFalse();
        queue.GetStatistics().Abandoned.ShouldBe(0);
        writer.Value = P(0);
        writer.Commit();
        Drain(queue).ShouldBe([0, 1]);
    }

    [Fact]
    public void Dispose_abandons_this_thread_s_open_writer()
    {
        var queue = Create();
        var other = Open();
        SlotWriter<Parcel> writer = Claim(queue);
        writer.Value = P(0);
        queue.Dispose();
        bool refused = false;
        try
        {
            writer.Commit();
        }
        catch (ObjectDisposedException)
        {
            refused = true;
        }

        refused.ShouldBeTrue();
        writer.Dispose();
        other.Enqueue(P(1), default);
        other.Dequeue(default).ShouldBe(P(1));
        other.GetStatistics().Abandoned.ShouldBe(OneProducer ? 0 : 1);
        other.GetStatistics().Recovered.ShouldBe(0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Dispose_leaves_another_thread_s_open_writer_to_that_thread(bool commits)
    {
        var queue = Create();
        var other = Open();
        using ManualResetEventSlim claimed = new(), disposed = new();
        Worker producer = Worker.Start(() =>
        {
            using SlotWriter<Parcel> writer = Claim(queue);
            claimed.Set();
            disposed.Wait();
            writer.Value = P(0);
            if (commits) writer.Commit();
        });
        claimed.Wait();
        Worker.Run(queue.Dispose);
        other.GetStatistics().Participants.Count(p => p.IsAlive).ShouldBe(2);
        disposed.Set();
        producer.Join();
        other.GetStatistics().Participants.Count(p => p.IsAlive).ShouldBe(1);
        other.Enqueue(P(1), default);
        other.Dequeue(default).ShouldBe(commits ? P(0) : P(1));
        other.GetStatistics().Recovered.ShouldBe(0);
    }

    [Fact]
    public void Writer_of_a_thread_that_ended_is_abandoned_by_Dispose()
    {
        var queue = Create();
        var other = Open();
        Worker.Run(() => Claim(queue).Value = P(0));
        Worker.Run(queue.Dispose);
        other.GetStatistics().Participants.Count(p => p.IsAlive).ShouldBe(1);
        other.Enqueue(P(1), default);
        other.Dequeue(default).ShouldBe(P(1));
    }

    /// <summary>Beside others the position was seen, and is given up when its lane is taken; of one producer nobody saw it.</summary>
    [Fact]
    public void Writer_of_a_thread_that_ended_keeps_one_producer_from_nothing()
    {
        if (!OneProducer) return;
        var queue = Create();
        Worker.Run(() => Claim(queue).Value = P(0));
        queue.TryEnqueue(P(1)).ShouldBeTrue();
        Worker.Run(() => Claim(queue).Value = P(2));
        queue.TryEnqueue(Parcels(3, 2)).ShouldBe(2);
        Worker.Run(() => Claim(queue).Value = P(5));
        using (SlotWriter<Parcel> writer = Claim(queue))
        {
            writer.Value = P(6);
            writer.Commit();
        }

        Worker.Run(() => Claim(queue).Value = P(7));
        queue.Complete();
        Drain(queue).ShouldBe([1, 3, 4, 6]);
        queue.IsCompleted.ShouldBeTrue();
    }

    private static SlotWriter<Parcel> Claim(TypedQueue<Parcel, TProducers, TConsumers> queue)
    {
        queue.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
        return writer;
    }

    // A ref struct cannot be captured, so Should.Throw is no help here.
    private static void NotOpen(in SlotWriter<Parcel> writer)
    {
        try
        {
            writer.Commit();
        }
        catch (InvalidOperationException e)
        {
            e.Message.ShouldContain("not open");
            return;
        }

        Assert.Fail("A writer that is not open was committed.");
    }
}

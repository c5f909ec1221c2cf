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

    /// <summary>What one producer gives up, it claims again: the next claim has the same position.</summary>
    [Fact]
    public void Writer_that_was_disposed_is_not_the_next_one()
    {
        var queue = Create();
        SlotWriter<Parcel> old = Claim(queue);
        old.Dispose();
        using SlotWriter<Parcel> writer = Claim(queue);
        writer.Value = P(2);
        NotOpen(old);
        old.Dispose();
        writer.Commit();
        Drain(queue).ShouldBe([2]);
    }

    [Fact]
    public void Span_that_was_disposed_is_not_the_next_one()
    {
        var queue = Create();
        SlotSpan<Parcel> old = ClaimMany(queue, 3);
        old.Dispose();
        using SlotSpan<Parcel> span = ClaimMany(queue, 3);
        for (int i = 0; i < 3; i++) span[i] = P(i);
        NotOpen(old);
        old.Dispose();
        span.Publish();
        Drain(queue).ShouldBe([0, 1, 2]);
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

    [Fact]
    public void Span_is_sent_whole_in_its_order_and_around_the_end_of_the_ring()
    {
        var queue = Create(capacity: 8);
        for (int lap = 0; lap < 10; lap++)
        {
            using (SlotSpan<Parcel> span = ClaimMany(queue, 5))
            {
                span.Count.ShouldBe(5);
                for (int i = 4; i >= 0; i--) span[i] = P((lap * 5) + i);
                queue.TryDequeue(out _).ShouldBeFalse();
                span.Publish();
            }

            Drain(queue).ShouldBe(Range(lap * 5, 5));
        }

        queue.GetStatistics().Enqueued.ShouldBe(50);
        queue.GetStatistics().Abandoned.ShouldBe(0);
    }

    [Fact]
    public void Span_that_is_disposed_sends_nothing_and_holds_nobody_up()
    {
        var queue = Create(capacity: 8);
        using (SlotSpan<Parcel> span = ClaimMany(queue, 3)) span[1] = P(99);
        queue.Enqueue(P(1), default);
        Drain(queue).ShouldBe([1]);
        queue.GetStatistics().Abandoned.ShouldBe(OneProducer ? 0 : 3);
        queue.GetStatistics().Enqueued.ShouldBe(1);
    }

    [Fact]
    public void Span_is_as_long_as_there_is_room()
    {
        var queue = Create(capacity: 4);
        queue.TryEnqueue(P(0)).ShouldBeTrue();
        using (SlotSpan<Parcel> span = ClaimMany(queue, 100))
        {
            span.Count.ShouldBe(3);
            for (int i = 0; i < span.Count; i++) span[i] = P(1 + i);
            span.Publish();
        }

        queue.TryClaim(1, out SlotSpan<Parcel> none).ShouldBeFalse();
        none.Count.ShouldBe(0);
        NotOpen(none);
        none.Dispose();
        Drain(queue).ShouldBe(Range(0, 4));
        Should.Throw<ArgumentOutOfRangeException>(() => queue.TryClaim(0, out SlotSpan<Parcel> _));
        queue.Complete();
        Should.Throw<ShmQueueCompletedException>(() => queue.TryClaim(1, out SlotSpan<Parcel> _));
    }

    [Fact]
    public void Span_is_used_once_and_within_its_bounds()
    {
        var queue = Create();
        SlotSpan<Parcel> span = ClaimMany(queue, 2);
        foreach (int index in (int[])[-1, 2])
        {
            try
            {
                span[index] = P(0);
                Assert.Fail("There is no such slot.");
            }
            catch (ArgumentOutOfRangeException)
            {
                // As it should.
            }
        }

        (span[0], span[1]) = (P(0), P(1));
        span.Publish();
        NotOpen(span);
        try
        {
            span[0] = P(9);
            Assert.Fail("A span that was published was written.");
        }
        catch (InvalidOperationException e)
        {
            e.Message.ShouldContain("not open");
        }

        span.Dispose();
        Drain(queue).ShouldBe([0, 1]);
    }

    [Fact]
    public void Span_is_ended_by_the_Dispose_of_its_queue()
    {
        var queue = Create();
        var other = Open();
        SlotSpan<Parcel> span = ClaimMany(queue, 3);
        span[0] = P(7);
        queue.Dispose();
        try
        {
            span.Publish();
            Assert.Fail("The queue is disposed.");
        }
        catch (ObjectDisposedException)
        {
            // As it should.
        }

        other.Enqueue(P(1), default);
        Drain(other).ShouldBe([1]);
    }

    [Fact]
    public void Shift_behind_an_open_span_of_the_same_thread_says_so()
    {
        var queue = Create(capacity: 2);
        using SlotSpan<Parcel> span = ClaimMany(queue, 2);
        Should.Throw<InvalidOperationException>(() => queue.EnqueueShift(P(2)));
    }

    [Fact]
    public void Span_that_a_gone_thread_left_open_is_passed()
    {
        var queue = Create();
        Worker.Run(() => ClaimMany(queue, 3)[0] = P(0));
        if (!OneProducer) queue.TryDequeue(out _).ShouldBeFalse();
        // With many producers the next thread's claim takes over what the gone one left.
        Worker.Run(() => queue.TryEnqueue(P(1)).ShouldBeTrue());
        if (OneProducer) Drain(queue).ShouldBe([1]);
        else Dequeued(queue).ShouldBe(P(1));
    }

    private static Parcel Dequeued(TypedQueue<Parcel, TProducers, TConsumers> queue)
    {
        queue.TryDequeue(out Parcel parcel, Worker.Patience).ShouldBeTrue();
        return parcel;
    }

    private static SlotSpan<Parcel> ClaimMany(TypedQueue<Parcel, TProducers, TConsumers> queue, int most)
    {
        queue.TryClaim(most, out SlotSpan<Parcel> span).ShouldBeTrue();
        return span;
    }

    private static void NotOpen(in SlotSpan<Parcel> span)
    {
        try
        {
            span.Publish();
        }
        catch (InvalidOperationException e)
        {
            e.Message.ShouldContain("not open");
            return;
        }

        Assert.Fail("A span that is not open was published.");
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

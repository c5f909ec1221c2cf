using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Calls;

public abstract class WaitTests<TProducers, TConsumers> : QueueTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    [Fact]
    public void Timeouts_end_the_wait_without_a_message()
    {
        var queue = Create(capacity: 2);
        queue.TryDequeue(out _, TimeSpan.Zero).ShouldBeFalse();
        queue.TryDequeue(out Parcel none, TimeSpan.FromMilliseconds(20)).ShouldBeFalse();
        none.ShouldBe(default);
        queue.TryEnqueue(P(0), TimeSpan.Zero).ShouldBeTrue();
        queue.TryEnqueue(P(1), TimeSpan.FromMilliseconds(20)).ShouldBeTrue();
        queue.TryEnqueue(P(2), TimeSpan.Zero).ShouldBeFalse();
        queue.TryEnqueue(P(2), TimeSpan.FromMilliseconds(20)).ShouldBeFalse();
        queue.TryDequeue(out Parcel first, TimeSpan.Zero).ShouldBeTrue();
        first.ShouldBe(P(0));
        Drain(queue).ShouldBe([1]);
    }

    [Fact]
    public void Wait_with_a_timeout_ends_early_with_what_it_waits_for()
    {
        var queue = Create(capacity: 2);
        Parcel got = default;
        Worker consumer = Worker.Start(() => queue.TryDequeue(out got, Timeout.InfiniteTimeSpan).ShouldBeTrue());
        Worker.WaitUntil(() => queue.GetStatistics().Parked > 0, "a parked consumer");
        queue.Enqueue(P(0), default);
        consumer.Join();
        got.ShouldBe(P(0));

        queue.TryEnqueue(Parcels(1, 2)).ShouldBe(2);
        long parked = queue.GetStatistics().Parked;
        Worker producer = Worker.Start(() => queue.TryEnqueue(P(3), TimeSpan.FromHours(1)).ShouldBeTrue());
        Worker.WaitUntil(() => queue.GetStatistics().Parked > parked, "a parked producer");
        queue.Dequeue(default).ShouldBe(P(1));
        producer.Join();
        Drain(queue).ShouldBe([2, 3]);
    }

    /// <summary>Each announcement is a fence, which interrupts every core that runs one of the queue's processes.</summary>
    /// <summary>
    /// What docs/guarantees.md says of it: the call goes on waiting and has its message; the interruption is the thread's, for its next
    /// wait of .NET's.
    /// </summary>
    [Fact]
    public void An_interrupted_thread_goes_on_waiting_and_gets_its_message()
    {
        var queue = Create(capacity: 2);
        Parcel got = default;
        bool interruptedLater = false;
        Thread consumer = new(() =>
        {
            got = queue.Dequeue(default);
            try
            {
                Thread.Sleep(Worker.Patience);
            }
            catch (ThreadInterruptedException)
            {
                interruptedLater = true;
            }
        })
        { IsBackground = true };
        consumer.Start();
        Worker.WaitUntil(() => queue.GetStatistics().Parked > 0, "a parked consumer");
        consumer.Interrupt();
        long parked = queue.GetStatistics().Parked;
        Worker.WaitUntil(() => queue.GetStatistics().Parked > parked + 1, "a consumer that parks again");
        queue.Enqueue(P(0), default);
        consumer.Join(Worker.Patience).ShouldBeTrue();
        got.ShouldBe(P(0));
        interruptedLater.ShouldBeTrue();
    }

    [Fact]
    public void Idle_wait_announces_once_and_then_parks_again_and_again()
    {
        const int NotEmptyGate = 768, Announcements = int.MaxValue;
        var queue = Create();
        using CancellationTokenSource cancelled = new();
        Parcel got = default;
        Worker consumer = Worker.Start(() =>
        {
            got = queue.Dequeue(default);
            _ = queue.Dequeue(cancelled.Token);
        });
        Worker.WaitUntil(() => queue.GetStatistics().Parked > 3, "parked again and again");
        (Spoiler.ReadWord(Folder.PathOf(Name), NotEmptyGate) & Announcements).ShouldBe(1);
        queue.Enqueue(P(0), default);
        long parked = queue.GetStatistics().Parked;
        Worker.WaitUntil(() => queue.GetStatistics().Parked > parked + 2, "parked again after a message");
        cancelled.Cancel();
        consumer.JoinForError().ShouldBeOfType<OperationCanceledException>();
        got.ShouldBe(P(0));

        parked = queue.GetStatistics().Parked;
        queue.TryDequeue(out _, TimeSpan.FromMilliseconds(250)).ShouldBeFalse();
        queue.GetStatistics().Parked.ShouldBeGreaterThan(parked);
    }

    [Fact]
    public void Timeouts_that_are_none_are_refused_and_send_and_take_nothing()
    {
        var queue = Create();
        queue.Enqueue(P(0), default);
        Should.Throw<ArgumentOutOfRangeException>(() => queue.TryEnqueue(P(1), TimeSpan.FromSeconds(-2)));
        Should.Throw<ArgumentOutOfRangeException>(() => queue.TryDequeue(out _, TimeSpan.FromSeconds(-2)));
        Drain(queue).ShouldBe([0]);
        queue.TryEnqueue(P(1), TimeSpan.MaxValue).ShouldBeTrue();
        queue.TryDequeue(out Parcel got, TimeSpan.MaxValue).ShouldBeTrue();
        got.ShouldBe(P(1));
    }

    [Fact]
    public void Cancelled_before_it_begins_a_call_does_nothing()
    {
        var queue = Create();
        queue.Enqueue(P(0), default);
        CancellationToken cancelled = new(canceled: true);
        Should.Throw<OperationCanceledException>(() => queue.Enqueue(P(1), cancelled));
        Should.Throw<OperationCanceledException>(() => queue.Enqueue(Parcels(1, 2), cancelled));
        Should.Throw<OperationCanceledException>(() => queue.Dequeue(cancelled));
        Should.Throw<OperationCanceledException>(() => queue.Dequeue(new Parcel[2], cancelled));
        Drain(queue).ShouldBe([0]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Parked_consumer_is_cancelled(bool batch)
    {
        var queue = Create();
        using CancellationTokenSource source = new();
        Worker consumer = Worker.Start(() => _ = batch ? queue.Dequeue(new Parcel[2], source.Token) : queue.Dequeue(source.Token).Sequence);
        Worker.WaitUntil(() => queue.GetStatistics().Parked > 0, "a parked consumer");
        source.Cancel();
        consumer.JoinForError().ShouldBeOfType<OperationCanceledException>().CancellationToken.ShouldBe(source.Token);
        queue.Enqueue(P(1), default);
        Drain(queue).ShouldBe([1]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Parked_producer_is_cancelled(bool batch)
    {
        var queue = Create(capacity: 2);
        queue.TryEnqueue(Parcels(0, batch ? 1 : 2)).ShouldBe(batch ? 1 : 2);
        using CancellationTokenSource source = new();
        Worker producer = Worker.Start(() =>
        {
            if (batch) queue.Enqueue(Parcels(1, 5), source.Token);
            else queue.Enqueue(P(2), source.Token);
        });
        Worker.WaitUntil(() => queue.GetStatistics().Parked > 0, "a parked producer");
        source.Cancel();
        producer.JoinForError().ShouldBeOfType<OperationCanceledException>();
        Drain(queue).ShouldBe([0, 1]);
        queue.Enqueue(P(9), default);
        Drain(queue).ShouldBe([9]);
    }

    [Fact]
    public void Cancelling_one_waiter_leaves_the_others_waiting()
    {
        if (OneConsumer) return;
        var queue = Create();
        using CancellationTokenSource source = new();
        Parcel got = default;
        Worker patient = Worker.Start(() => got = queue.Dequeue(default));
        Worker.WaitUntil(() => queue.GetStatistics().Parked > 0, "the first parked consumer");
        Worker hasty = Worker.Start(() => queue.Dequeue(source.Token));
        source.Cancel();
        hasty.JoinForError().ShouldBeOfType<OperationCanceledException>();
        patient.IsRunning.ShouldBeTrue();
        queue.Enqueue(P(1), default);
        patient.Join();
        got.ShouldBe(P(1));
    }
}

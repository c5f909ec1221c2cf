using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Broadcast;

/// <summary>The ways to take: one, batches, peek, filters, in place, with waits.</summary>
public abstract class TakeTests<TProducers> : BroadcastTests<TProducers>
    where TProducers : struct, IProducerRole
{
    private static readonly MessagePredicate<Parcel> s_even = static (in Parcel parcel) => parcel.Sequence % 2 == 0;

    [Fact]
    public void Batches_take_what_fits_across_the_end_of_the_ring()
    {
        var queue = Create();
        using var reader = queue.Subscribe(SubscribeFrom.Oldest, null);
        Parcel[] batch = new Parcel[5];
        long next = 0;
        for (int round = 0; round < 10; round++)
        {
            queue.TryEnqueue(Parcels(round * 7, 7)).ShouldBe(7);
            if (round % 2 == 1) SendNothing(queue);
            for (int taken; (taken = reader.TryDequeue(batch)) > 0; next += taken)
                batch[..taken].Select(p => p.Sequence).ShouldBe(Range(next, taken));
        }

        next.ShouldBe(70);
        reader.TryDequeue(batch).ShouldBe(0);
        reader.TryDequeue([]).ShouldBe(0);
        Should.Throw<ArgumentException>(() => reader.Dequeue([], default)).ParamName.ShouldBe("destination");
    }

    [Fact]
    public void Peek_leaves_the_message()
    {
        var queue = Create();
        using var reader = queue.Subscribe(SubscribeFrom.Oldest, null);
        reader.TryPeek(out Parcel none).ShouldBeFalse();
        none.ShouldBe(default);
        SendNothing(queue);
        queue.TryEnqueue(P(1)).ShouldBeTrue();
        reader.TryPeek(out Parcel seen).ShouldBeTrue();
        reader.TryPeek(out seen).ShouldBeTrue();
        seen.ShouldBe(P(1));
        Drain(reader).ShouldBe([1]);
    }

    [Fact]
    public void A_filter_takes_what_matches_and_passes_the_rest()
    {
        var queue = Create();
        using var reader = queue.Subscribe(SubscribeFrom.Oldest, null);
        queue.TryEnqueue(Parcels(1, 8)).ShouldBe(8);
        reader.TryDequeue(s_even, out Parcel first).ShouldBeTrue();
        first.ShouldBe(P(2));
        Parcel[] batch = new Parcel[2];
        reader.TryDequeue(s_even, batch).ShouldBe(2);
        batch.Select(p => p.Sequence).ShouldBe([4, 6]);
        reader.Dequeue(s_even, default).ShouldBe(P(8));
        reader.TryDequeue(s_even, out Parcel none).ShouldBeFalse();
        none.ShouldBe(default);
        queue.TryEnqueue(P(9)).ShouldBeTrue();
        reader.TryDequeue(s_even, batch).ShouldBe(0);
        reader.Lag.ShouldBe(0);
        (reader.Missed, queue.TryEnqueue(Parcels(10, 8))).ShouldBe((0, 8));
    }

    [Fact]
    public void A_waiting_filter_wakes_for_what_matches_and_frees_what_does_not()
    {
        var queue = Create(capacity: 2);
        using var reader = queue.Subscribe(SubscribeFrom.Oldest, null);
        Parcel got = default;
        Worker consumer = Worker.Start(() => got = reader.Dequeue(static (in Parcel p) => p.Sequence == 99, default));
        for (int i = 0; i < 50; i++) queue.Enqueue(P(i), default);
        queue.Enqueue(P(99), default);
        consumer.Join();
        got.ShouldBe(P(99));
    }

    [Fact]
    public void A_predicate_that_throws_leaves_its_message_the_next()
    {
        var queue = Create();
        var reader = queue.Subscribe(SubscribeFrom.Oldest, null);
        queue.TryEnqueue(Parcels(0, 2)).ShouldBe(2);
        Should.Throw<NotSupportedException>(() =>
            reader.TryDequeue(static (in Parcel p) => p.Sequence == 1 ? throw new NotSupportedException() : false, out _));
        reader.Position.ShouldBe(1);
        Should.Throw<InvalidOperationException>(() =>
            reader.TryDequeue((in Parcel _) => reader.TryDequeue(out Parcel _), out _)).Message.ShouldContain("in progress");
        Should.Throw<InvalidOperationException>(() =>
            reader.TryDequeue((in Parcel _) => { reader.Dispose(); return true; }, out _)).Message.ShouldContain("predicate");
        Drain(reader).ShouldBe([1]);
    }

    [Fact]
    public void A_batch_ends_before_a_message_at_which_the_predicate_throws()
    {
        var queue = Create();
        using var reader = queue.Subscribe(SubscribeFrom.Oldest, null);
        queue.TryEnqueue(Parcels(0, 4)).ShouldBe(4);
        MessagePredicate<Parcel> throwing = static (in Parcel p) => p.Sequence == 2 ? throw new NotSupportedException() : true;
        Parcel[] batch = new Parcel[4];
        reader.TryDequeue(throwing, batch).ShouldBe(2);
        batch[..2].Select(p => p.Sequence).ShouldBe([0, 1]);
        Should.Throw<NotSupportedException>(() => reader.TryDequeue(throwing, batch));
        Drain(reader).ShouldBe([2, 3]);
    }

    [Fact]
    public void A_filter_that_nothing_matches_ends_while_others_go_on_sending()
    {
        var queue = Create();
        using var reader = queue.Subscribe(SubscribeFrom.Oldest, null);
        queue.TryEnqueue(P(0)).ShouldBeTrue();
        int asked = 0;
        bool SendsOneMore(in Parcel message)
        {
            if (++asked > 50_000_000) throw new InvalidOperationException("The call does not end.");
            queue.TryEnqueue(P(message.Sequence + 1)).ShouldBeTrue();
            return false;
        }

        reader.TryDequeue(SendsOneMore, out _).ShouldBeFalse();
        asked.ShouldBe(8);
        reader.TryDequeue(SendsOneMore, out _, TimeSpan.FromMilliseconds(5)).ShouldBeFalse();
        using CancellationTokenSource stop = new(TimeSpan.FromMilliseconds(5));
        Should.Throw<OperationCanceledException>(() => reader.Dequeue(SendsOneMore, stop.Token));
    }

    [Fact]
    public void Messages_are_read_in_place_and_released_once()
    {
        var queue = Create();
        using var reader = queue.Subscribe(SubscribeFrom.Oldest, null);
        reader.TryRead(out SlotReader<Parcel> none, 4).ShouldBeFalse();
        none.Count.ShouldBe(0);
        queue.TryEnqueue(Parcels(0, 6)).ShouldBe(6);
        reader.TryRead(out SlotReader<Parcel> messages, 4).ShouldBeTrue();
        messages.Count.ShouldBe(4);
        for (int i = 0; i < 4; i++) messages[i].ShouldBe(P(i));
        reader.Position.ShouldBe(0);
        messages.Release().ShouldBeTrue();
        reader.Position.ShouldBe(4);
        try
        {
            messages.Release();
            throw new InvalidOperationException("released twice");
        }
        catch (InvalidOperationException e)
        {
            e.Message.ShouldContain("taken already");
        }

        Drain(reader).ShouldBe([4, 5]);
    }

    [Fact]
    public void A_wait_ends_by_message_timeout_cancellation_and_disposal()
    {
        var queue = Create();
        var reader = queue.Subscribe(SubscribeFrom.Oldest, null);
        reader.TryDequeue(out _, TimeSpan.FromMilliseconds(5)).ShouldBeFalse();
        using CancellationTokenSource stop = new();
        Worker cancelled = Worker.Start(() => Should.Throw<OperationCanceledException>(() => reader.Dequeue(stop.Token)));
        Worker.WaitUntil(() => queue.GetStatistics().Parked > 0, "a parked subscriber");
        stop.Cancel();
        cancelled.Join();

        Parcel got = default;
        Worker waits = Worker.Start(() => got = reader.Dequeue(default));
        queue.Enqueue(P(7), default);
        waits.Join();
        got.ShouldBe(P(7));

        long parked = queue.GetStatistics().Parked;
        Worker disposed = Worker.Start(() => Should.Throw<ObjectDisposedException>(() => reader.Dequeue(new Parcel[4], default)));
        Worker.WaitUntil(() => queue.GetStatistics().Parked > parked, "a parked subscriber");
        reader.Dispose();
        disposed.Join();
    }

    [Fact]
    public void One_message_wakes_every_subscriber()
    {
        var queue = Create();
        var readers = Enumerable.Range(0, 4).Select(_ => Folder.Track(queue.Subscribe(SubscribeFrom.Oldest, null))).ToArray();
        Worker[] waiting = Worker.StartMany(4, i => readers[i].Dequeue(default).ShouldBe(P(3)));
        Worker.WaitUntil(() => queue.GetStatistics().Parked >= 4, "four parked subscribers");
        queue.Enqueue(P(3), default);
        foreach (Worker worker in waiting) worker.Join();
    }

    [Fact]
    public async Task Calls_that_wait_without_a_thread_end_by_message_completion_and_disposal()
    {
        var queue = Create(capacity: 2);
        var reader = queue.Subscribe(SubscribeFrom.Oldest, null);
        ValueTask<Parcel> first = reader.DequeueAsync(default);
        first.IsCompleted.ShouldBeFalse();
        queue.Enqueue(P(1), default);
        (await first.AsTask().WaitAsync(Worker.Patience)).ShouldBe(P(1));

        queue.TryEnqueue(Parcels(2, 2)).ShouldBe(2);
        Task full = queue.EnqueueAsync(P(4), default).AsTask();
        reader.Dequeue(default).ShouldBe(P(2));
        await full.WaitAsync(Worker.Patience);
        reader.TryDequeue(new Parcel[4]).ShouldBe(2);

        Task<Parcel> disposed = reader.DequeueAsync(default).AsTask();
        reader.Dispose();
        await Should.ThrowAsync<ObjectDisposedException>(disposed.WaitAsync(Worker.Patience));
        using var other = queue.Subscribe(SubscribeFrom.Latest, null);
        Task<bool> ends = other.WaitToReadAsync(default).AsTask();
        queue.Complete();
        (await ends.WaitAsync(Worker.Patience)).ShouldBeFalse();
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        var queue = Create(capacity: 64);
        using var reader = queue.Subscribe(SubscribeFrom.Oldest, null);
        Parcel[] batch = new Parcel[8];
        void Round()
        {
            for (int i = 0; i < 50; i++)
            {
                queue.Enqueue(P(i), default);
                queue.TryEnqueue(batch);
                queue.EnqueueShift(P(i));
                reader.TryDequeue(out _);
                reader.TryDequeue(s_even, batch);
                if (reader.TryRead(out SlotReader<Parcel> messages, 4)) messages.Release();
                while (reader.TryDequeue(batch) > 0)
                {
                }
            }
        }

        Allocation.Of(Round, turns: 1, turnsBefore: 1).ShouldBe(0);
    }
}

public sealed class TakeTests_ManyProducers : TakeTests<ManyProducers>;
public sealed class TakeTests_OneProducer : TakeTests<OneProducer>;

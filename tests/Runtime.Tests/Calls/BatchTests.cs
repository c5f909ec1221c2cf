using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Calls;

public abstract class BatchTests<TProducers, TConsumers> : QueueTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    [Fact]
    public void TryEnqueue_sends_what_there_is_room_for()
    {
        var queue = Create(capacity: 8);
        queue.TryEnqueue(Parcels(0, 5)).ShouldBe(5);
        queue.TryEnqueue(Parcels(5, 5)).ShouldBe(3);
        queue.TryEnqueue(Parcels(8, 1)).ShouldBe(0);
        Drain(queue).ShouldBe(Range(0, 8));
    }

    [Fact]
    public void TryDequeue_takes_what_there_is_and_fits()
    {
        var queue = Create(capacity: 8);
        Parcel[] room = new Parcel[5];
        queue.TryDequeue(room).ShouldBe(0);
        queue.TryEnqueue(Parcels(0, 7)).ShouldBe(7);
        queue.TryDequeue(room).ShouldBe(5);
        room.ShouldBe(Parcels(0, 5));
        queue.TryDequeue(room).ShouldBe(2);
        room[..2].ShouldBe(Parcels(5, 2));
        queue.TryDequeue(room).ShouldBe(0);
    }

    [Fact]
    public void Empty_spans_do_nothing_but_Dequeue_wants_room()
    {
        var queue = Create();
        queue.TryEnqueue(ReadOnlySpan<Parcel>.Empty).ShouldBe(0);
        queue.Enqueue(ReadOnlySpan<Parcel>.Empty, default);
        queue.TryDequeue([]).ShouldBe(0);
        Should.Throw<ArgumentException>(() => queue.Dequeue([], default)).ParamName.ShouldBe("destination");
        queue.Count.ShouldBe(0);
    }

    [Fact]
    public void Batch_larger_than_the_ring_is_sent_as_room_comes()
    {
        var queue = Create(capacity: 4);
        Worker producer = Worker.Start(() => queue.Enqueue(Parcels(0, 1000), default));
        List<long> got = [];
        Parcel[] room = new Parcel[3];
        Worker.Run(() =>
        {
            while (got.Count < 1000)
            {
                int taken = queue.Dequeue(room, default);
                taken.ShouldBeInRange(1, 3);
                got.AddRange(room[..taken].Select(p => p.Sequence));
            }
        });
        producer.Join();
        got.ShouldBe(Range(0, 1000));
    }

    [Fact]
    public void Dequeue_waits_for_at_least_one()
    {
        var queue = Create();
        Parcel[] room = new Parcel[8];
        int taken = 0;
        Worker consumer = Worker.Start(() => taken = queue.Dequeue(room, default));
        Worker.WaitUntil(() => queue.GetStatistics().Parked > 0, "a parked consumer");
        queue.Enqueue(P(1), default);
        consumer.Join();
        taken.ShouldBe(1);
        room[0].ShouldBe(P(1));
    }

    [Fact]
    public void Batch_crosses_the_ring_s_end_at_every_offset()
    {
        var queue = Create(capacity: 8);
        Parcel[] room = new Parcel[8];
        long next = 0;
        for (int size = 1; size <= 8; size++)
        {
            for (int round = 0; round < 16; round++)
            {
                Parcel[] batch = Parcels(next, size);
                queue.TryEnqueue(batch).ShouldBe(size);
                queue.TryDequeue(room).ShouldBe(size);
                room[..size].ShouldBe(batch);
                next += size;
            }
        }
    }

    [Fact]
    public void Batch_passes_tombstones_among_its_messages()
    {
        if (OneProducer) return;
        var queue = Create(capacity: 8);
        queue.Enqueue(P(0), default);
        Abandon(queue);
        Abandon(queue);
        queue.Enqueue(P(1), default);
        Abandon(queue);
        Parcel[] room = new Parcel[8];
        queue.TryDequeue(room).ShouldBe(2);
        room[..2].ShouldBe(Parcels(0, 2));
        queue.IsEmpty.ShouldBeTrue();

        Abandon(queue);
        queue.TryDequeue(room).ShouldBe(0);
        queue.GetStatistics().Abandoned.ShouldBe(4);
        queue.GetStatistics().Dequeued.ShouldBe(2);
    }

    private static void Abandon(TypedQueue<Parcel, TProducers, TConsumers> queue)
    {
        queue.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
        writer.Dispose();
    }
}

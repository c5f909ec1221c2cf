using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Calls;

public abstract class AllocationTests<TProducers, TConsumers> : QueueTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    [Fact]
    public void Sending_and_taking_allocate_nothing()
    {
        var queue = Create();
        Parcel[] room = new Parcel[4];
        Parcel[] batch = Parcels(0, 4);
        Allocation.Of(() =>
        {
            queue.TryEnqueue(P(0));
            queue.TryDequeue(out _);
            queue.Enqueue(P(1), default);
            queue.TryPeek(out _);
            queue.Dequeue(default);
            queue.TryEnqueue(batch);
            queue.TryDequeue(room);
            if (queue.TryClaim(out SlotWriter<Parcel> writer)) writer.Commit();
            if (!NeverDisplaces) queue.EnqueueShift(P(2));
            queue.TryDequeue(room);
            queue.TryDequeue(out _);
        }).ShouldBe(0);
    }

    [Fact]
    public void Thread_that_uses_two_queues_by_turns_allocates_nothing()
    {
        var queue = Create();
        var other = Folder.Track(TypedQueue<Parcel, TProducers, TConsumers>.Create(Contract, ShmQueueName.NewUnique(), Folder.Options));
        Allocation.Of(() =>
        {
            queue.TryEnqueue(P(0));
            queue.TryDequeue(out Parcel parcel);
            other.TryEnqueue(parcel);
            other.TryDequeue(out _);
        }).ShouldBe(0);
    }
}

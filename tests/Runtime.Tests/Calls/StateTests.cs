using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Calls;

public abstract class StateTests<TProducers, TConsumers> : QueueTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    [Fact]
    public void New_queue_says_so()
    {
        var queue = Create(capacity: 16);
        queue.Name.ShouldBe(Name);
        queue.Capacity.ShouldBe(16);
        queue.Count.ShouldBe(0);
        queue.IsEmpty.ShouldBeTrue();
        queue.IsCompleted.ShouldBeFalse();
        queue.IsDeleted.ShouldBeFalse();
        ShmQueueStatistics statistics = queue.GetStatistics();
        (statistics.Enqueued, statistics.Dequeued, statistics.Displaced, statistics.Abandoned, statistics.Recovered, statistics.Parked)
            .ShouldBe((0, 0, 0, 0, 0, 0));
        ShmQueueParticipant self = statistics.Participants.ShouldHaveSingleItem();
        self.IsAlive.ShouldBeTrue();
        self.IsSelf.ShouldBeTrue();
        self.ProcessId.ShouldBe(Environment.ProcessId);
        self.ProcessName.ShouldNotBeEmpty();
        self.JoinedAt.ShouldBeInRange(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }

    [Fact]
    public void Count_follows_over_many_laps()
    {
        var queue = Create(capacity: 4);
        var other = Open();
        long sent = 0;
        for (int i = 0; i < 100; i++)
        {
            int size = 1 + (i % 4);
            queue.TryEnqueue(Parcels(sent, size)).ShouldBe(size);
            queue.Count.ShouldBe(size);
            other.Count.ShouldBe(size);
            other.IsEmpty.ShouldBeFalse();
            Drain(queue).ShouldBe(Range(sent, size));
            queue.Count.ShouldBe(0);
            other.IsEmpty.ShouldBeTrue();
            sent += size;
        }

        other.GetStatistics().Enqueued.ShouldBe(sent);
        other.GetStatistics().Dequeued.ShouldBe(sent);
    }

    [Fact]
    public void Statistics_add_up_with_every_kind_of_end()
    {
        var queue = Create(capacity: 4);
        queue.TryEnqueue(Parcels(0, 3)).ShouldBe(3);
        queue.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
        writer.Dispose();
        int displaced = 0;
        if (!NeverDisplaces)
        {
            for (int i = 3; i < 6; i++) displaced += queue.EnqueueShift(P(i)) ? 1 : 0;
        }

        int taken = Drain(queue).Count;
        ShmQueueStatistics statistics = queue.GetStatistics();
        statistics.Abandoned.ShouldBe(OneProducer ? 0 : 1);
        statistics.Displaced.ShouldBe(displaced);
        statistics.Dequeued.ShouldBe(taken);
        statistics.Enqueued.ShouldBe(taken + displaced);
        statistics.Recovered.ShouldBe(0);
    }

    [Fact]
    public void Participants_come_and_go()
    {
        var queue = Create();
        var other = Open();
        queue.GetStatistics().Participants.Count.ShouldBe(2);
        queue.GetStatistics().Participants.Count(p => p.IsSelf).ShouldBe(1);
        queue.GetStatistics().Participants.ShouldAllBe(p => p.IsAlive);
        other.Dispose();
        queue.GetStatistics().Participants.ShouldHaveSingleItem().IsSelf.ShouldBeTrue();
    }
}

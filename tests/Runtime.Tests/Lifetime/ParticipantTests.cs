using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Lifetime;

public sealed class ParticipantTests : QueueTests<ManyProducers, ManyConsumers>
{
    [Fact]
    public void Full_table_refuses_and_the_entries_of_the_disposed_are_used_again()
    {
        var queue = Create(maxParticipants: 3);
        var second = Open();
        Open();
        ShmQueueLimitException error = Should.Throw<ShmQueueLimitException>(() => Open());
        error.QueueName.ShouldBe(Name);
        error.Message.ShouldContain("MaxParticipants");
        second.Dispose();
        for (int i = 0; i < 20; i++)
        {
            using var again = Open();
            again.Enqueue(P(i), default);
            queue.Dequeue(default).ShouldBe(P(i));
        }
    }

    [Fact]
    public void Lanes_run_out_with_an_error_and_come_back()
    {
        var queue = Create(capacity: 64, maxParticipants: 1);
        ClaimAtOnce(queue, 8);
        Should.Throw<ShmQueueLimitException>(() => ClaimAtOnce(queue, 9)).Message.ShouldContain("MaxParticipants");
        // The eight of the failed try were abandoned on the way out.
        ClaimAtOnce(queue, 8);
        queue.Enqueue(P(1), default);
        queue.Dequeue(default).ShouldBe(P(1));
    }

    [Fact]
    public void Lanes_of_threads_that_ended_are_used_again()
    {
        var queue = Create(maxParticipants: 1);
        for (int i = 0; i < 30; i++)
        {
            int n = i;
            Worker.Run(() => queue.Enqueue(P(n), default));
            queue.Dequeue(default).ShouldBe(P(i));
        }
    }

    [Fact]
    public void Lanes_of_disposed_handles_are_used_again()
    {
        var queue = Create(maxParticipants: 2);
        for (int i = 0; i < 40; i++)
        {
            using var other = Open();
            other.Enqueue(P(i), default);
            queue.Enqueue(P(i), default);
            Drain(queue).ShouldBe([i, i]);
        }
    }

    private static void ClaimAtOnce(TypedQueue<Parcel, ManyProducers, ManyConsumers> queue, int count)
    {
        if (count == 0) return;
        queue.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
        using (writer) ClaimAtOnce(queue, count - 1);
    }
}

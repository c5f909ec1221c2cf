using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Lifetime;

/// <summary>One thread with many queues, and one queue with many handles.</summary>
public sealed class ManyQueuesTests : QueueTests<ManyProducers, ManyConsumers>
{
    /// <remarks>More handles than a thread remembers lanes of, so that some share a place.</remarks>
    [Fact]
    public void A_thread_sends_to_many_queues_in_turn_also_while_it_holds_a_writer_of_one()
    {
        const int Handles = 1_100;
        var queue = Create(capacity: 16, maxParticipants: Handles + 1);
        var others = Enumerable.Range(0, Handles).Select(_ => Open()).ToArray();
        for (int i = 0; i < Handles; i++)
        {
            others[i].TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
            using (writer)
            {
                others[i].Enqueue(P(2), default); // a lane of its own
                others[Handles - 1 - i].Enqueue(P(3), default);
                writer.Value = P(1);
                writer.Commit();
            }

            others[i].Enqueue(P(4), default);
            Drain(queue).ShouldBe([1, 2, 3, 4]);
        }
    }

    [Fact]
    public void Handles_that_come_and_go_find_their_lanes_again()
    {
        var queue = Create(capacity: 16, maxParticipants: 4);
        for (int round = 0; round < 100; round++)
        {
            using var first = Open();
            using var second = Open();
            first.Enqueue(P(1), default);
            second.Enqueue(P(2), default);
            first.Enqueue(P(3), default);
            queue.Enqueue(P(4), default);
            Drain(queue).ShouldBe([1, 2, 3, 4]);
        }
    }
}

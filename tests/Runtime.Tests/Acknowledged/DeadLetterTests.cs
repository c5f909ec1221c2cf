using TypedShmQueue.Queue.Groups;
using TypedShmQueue.Ring;
using TypedShmQueue.Ring.Groups;

namespace TypedShmQueue.Runtime.Tests.Acknowledged;

/// <summary>What is delivered too often, or rejected, goes to another queue, and is never lost.</summary>
public class DeadLetterTests : AcknowledgedTests
{
    private string Dead => Name + ".dead";

    private TypedAcknowledged<Parcel, ManyProducers> WithDeadLetters(int maxDeliveries = 2, int capacity = 8) =>
        Create(capacity, o => o with { MaxDeliveries = maxDeliveries, DeadLetter = Dead });

    private TypedAcknowledged<Parcel, ManyProducers> OpenDead() =>
        Folder.Track(TypedAcknowledged<Parcel, ManyProducers>.Open(Contract, Dead, Folder.Options));

    [Fact]
    public void A_message_that_was_delivered_too_often_goes_there_whole()
    {
        var queue = WithDeadLetters(maxDeliveries: 3);
        queue.Enqueue(Parcels(0, 2));
        for (int i = 0; i < 3; i++) queue.Take().Abandon();
        var next = queue.Take();
        next.Value.Sequence.ShouldBe(1);
        next.Acknowledge();
        Drain(OpenDead()).ShouldBe([0]);
        queue.Count.ShouldBe(0);
        queue.GetStatistics().Groups[0].DeadLettered.ShouldBe(1);
    }

    [Fact]
    public void A_rejected_message_goes_there_at_once()
    {
        var queue = WithDeadLetters();
        queue.Enqueue(P(7));
        queue.Take().Reject();
        queue.TryTake(out _).ShouldBeFalse();
        Drain(OpenDead()).ShouldBe([7]);
    }

    [Fact]
    public void A_full_or_completed_dead_letter_queue_is_an_exception_and_nothing_is_lost()
    {
        var queue = WithDeadLetters(capacity: 2);
        var dead = OpenDead();
        dead.Enqueue(Parcels(100, 2));
        queue.Enqueue(P(0));
        var lease = queue.Take();
        var full = Should.Throw<ShmQueueDeadLetterException>(lease.Reject);
        (full.QueueName, full.DeadLetter, full.Position).ShouldBe((Name, Dead, 0));
        full.Message.ShouldContain("full");
        queue.Enqueue(P(1));
        var behind = queue.Take();
        behind.Value.Sequence.ShouldBe(1, "those behind it get their turn");
        behind.Acknowledge();
        queue.Take().Abandon(); // the second delivery
        Should.Throw<ShmQueueDeadLetterException>(() => queue.TryTake(out _));
        Drain(dead).ShouldBe([100, 101]);
        queue.TryTake(out _).ShouldBeFalse();
        Testing.Worker.WaitUntil(() => queue.TryTake(out _) || dead.Count == 1, "it goes there when there is room");
        Drain(dead).ShouldBe([0]);
        dead.Complete();
        queue.Enqueue(P(2));
        Should.Throw<ShmQueueDeadLetterException>(queue.Take().Reject).Message.ShouldContain("completed");
        queue.Count.ShouldBe(1);
    }

    [Fact]
    public void A_dead_letter_queue_that_was_deleted_is_made_anew()
    {
        var queue = WithDeadLetters();
        OpenDead().Delete();
        queue.Enqueue(P(3));
        queue.Take().Reject();
        Drain(OpenDead()).ShouldBe([3]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_message_that_others_have_taken_back_is_not_rejected(bool overwritten)
    {
        var queue = Create(with: o => o with { LeaseTimeout = TimeSpan.FromMilliseconds(20), DeadLetter = Dead });
        var other = Open();
        queue.Enqueue(P(1));
        var late = queue.Take();
        other.Take().Acknowledge().ShouldBeTrue();
        if (overwritten) queue.Enqueue(Parcels(2, 8));
        late.Reject();
        Should.Throw<InvalidOperationException>(late.Reject);
        Drain(OpenDead()).ShouldBeEmpty();
        queue.GetStatistics().Groups[0].DeadLettered.ShouldBe(0);
        Drain(other).Count.ShouldBe(overwritten ? 8 : 0);
        // The entry of the late one is free again.
        for (int i = 0; i < 10; i++)
        {
            queue.Enqueue(P(i));
            queue.Take().Acknowledge().ShouldBeTrue();
        }
    }

    [Fact]
    public void There_is_room_for_readers_beside_the_queues_own_handles()
    {
        var queue = Create(with: o => o with { MaxParticipants = 2, DeadLetter = Dead });
        using var second = TypedAcknowledged<Parcel, ManyProducers>.Open(Contract, Name, Folder.Options with { DeadLetter = Dead });
        queue.Enqueue(P(4));
        queue.Take().Reject();
        Drain(OpenDead()).ShouldBe([4]);
    }

    /// <summary>The copy is there, and a power failure may take it: until then the message is not done.</summary>
    [Fact]
    public void A_message_whose_copy_cannot_be_committed_comes_back()
    {
        var queue = Create();
        using GroupMember member = new(queue.Core, 0, null, oneProducer: false, new UncommittedDeadLetters(), static _ => { });
        queue.Enqueue(P(6));
        member.TryTake(1, out LeaseEntry? entry).ShouldBe(RingStatus.Done);
        member.Reject(entry!, entry!.Serial, 0);
        queue.Count.ShouldBe(1);
        queue.TryTake(out var again, Testing.Worker.Patience).ShouldBeTrue();
        (again.Value.Sequence, again.Deliveries).ShouldBe((6, 2));
        again.Acknowledge().ShouldBeTrue();
        queue.GetStatistics().Groups[0].DeadLettered.ShouldBe(0);
    }

    private sealed class UncommittedDeadLetters() : DeadLetters("queue", "dead")
    {
        public override void Dispose()
        {
            // It has nothing.
        }

        protected override string? TrySend(in HeldMessage message, out bool isSent, out ValueTask committed)
        {
            isSent = true;
            committed = new ValueTask(Task.FromException(new ShmQueueDurabilityException("dead", "The disk is gone.")));
            return null;
        }
    }

#if DEBUG
    [Fact]
    public void A_message_that_is_overwritten_while_it_is_copied_is_not_sent_to_the_dead_letters()
    {
        var queue = Create(with: o => o with { LeaseTimeout = TimeSpan.FromMilliseconds(20), DeadLetter = Dead });
        var other = Open();
        queue.Enqueue(P(1));
        var late = queue.Take();
        Steps.Reached = label =>
        {
            if (!string.Equals(label, "dead letter: copied", StringComparison.Ordinal)) return;
            Testing.Worker.Run(() =>
            {
                other.Take().Acknowledge().ShouldBeTrue();
                other.Enqueue(Parcels(2, 8));
            });
        };
        try
        {
            late.Reject();
        }
        finally
        {
            Steps.Reached = null;
        }

        var dead = OpenDead();
        Drain(dead).ShouldBeEmpty();
        dead.Enqueue(P(3));
        Drain(dead).ShouldBe([3], "the claim that was given up holds nobody up");
        Drain(other).Count.ShouldBe(8);
    }

    [Fact]
    public void Disposing_does_not_wait_while_a_dead_letter_queue_is_opened_anew()
    {
        var queue = WithDeadLetters();
        var other = Open();
        OpenDead().Delete();
        queue.Enqueue(P(3));
        var lease = queue.Take();
        Testing.Worker.Run(() =>
        {
            Steps.Reached = label =>
            {
                // Here it opens the queue that has the name now, which may take any time.
                if (string.Equals(label, "dead letter: its queue is deleted", StringComparison.Ordinal)) Testing.Worker.Run(queue.Dispose);
            };
            try
            {
                Should.Throw<Exception>(lease.Reject);
            }
            finally
            {
                Steps.Reached = null;
            }
        });
        other.TryTake(out var again, Testing.Worker.Patience).ShouldBeTrue("nothing is lost");
        again.Value.ShouldBe(P(3));
        again.Acknowledge();
    }
#endif

    [Fact]
    public void A_dead_letter_queue_of_another_type_is_refused_when_the_queue_is_opened()
    {
        using var other = TypedQueue<long, ManyProducers, ManyConsumers>.Create(
            Contracts.Of<long, ManyProducers, ManyConsumers>("0 8 i64 Value\n"), Dead, Folder.Options);
        Should.Throw<ShmQueueSchemaMismatchException>(() => WithDeadLetters()).QueueName.ShouldBe(Dead);
        // The queue itself was created, and its handle is gone.
        Open().Count.ShouldBe(0);
    }

    [Fact]
    public void Options_that_lose_messages_are_refused()
    {
        Should.Throw<ArgumentException>(() => Create(with: o => o with { MaxDeliveries = 3 })).Message.ShouldContain("DeadLetter is null");
        Should.Throw<ArgumentException>(() => Create(with: o => o with { DeadLetter = Name })).Message.ShouldContain("itself");
        Should.Throw<ArgumentException>(() => Create(with: o => o with { DeadLetter = "../x" }));
        Should.Throw<ArgumentOutOfRangeException>(() => Create(with: o => o with { MaxDeliveries = -1, DeadLetter = Dead }));
        Should.Throw<ArgumentOutOfRangeException>(() => Create(with: o => o with { LeaseTimeout = TimeSpan.Zero }));
        Should.Throw<ArgumentOutOfRangeException>(() => Create(with: o => o with { MaxLeases = 0 }));
        Should.Throw<ArgumentException>(() => TypedQueue<Parcel, ManyProducers, ManyConsumers>.Create(
            Contracts.Parcel<ManyProducers, ManyConsumers>(), Name, Folder.Options with { DeadLetter = Dead })).Message
            .ShouldContain("Delivery.Acknowledged");
        Folder.Content.ShouldBeEmpty();
    }
}

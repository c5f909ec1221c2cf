using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Durable;

/// <summary>
/// What every combination of roles does on a disk: sending in all ways, going round, displacing, ending, beginning again.
/// </summary>
public abstract class DurableRoleTests<TProducers, TConsumers> : DurableTests
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    private static QueueContract Contract => Contracts.Parcel<TProducers, TConsumers>();

    private static bool CanDisplace => typeof(TConsumers) != typeof(OneWaitingConsumer);

    [Fact]
    public void Every_way_to_send_survives()
    {
        var queue = Open();
        queue.Enqueue(P(0));
        queue.Enqueue(Parcels(1, 2));
        queue.TryEnqueue(P(3), out CommitMark mark).ShouldBeTrue();
        queue.WaitForCommit(mark);
        queue.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
        writer.Value = P(4);
        writer.Commit();
        queue.TryEnqueue(P(5), TimeSpan.FromSeconds(30)).ShouldBeTrue();
        queue.WaitForCommit(queue.GetCommitMark());
        CutPower();
        Drain(Open()).ShouldBe([0, 1, 2, 3, 4, 5]);
    }

    [Fact]
    public void A_ring_that_goes_round_comes_back_where_it_was()
    {
        int sent = 0, taken = 0;
        var queue = Open();
        for (int round = 0; round < 40; round++)
        {
            while (queue.Count < 8 - (round % 3)) queue.Enqueue(P(sent++));
            for (int i = 0; i < 1 + (round % 5); i++) queue.Dequeue().Sequence.ShouldBe(taken++);
            queue.Flush();
            if (round % 4 != 3) continue;
            CutPower();
            queue = Open();
        }

        Drain(queue).ShouldBe(Enumerable.Range(taken, sent - taken).Select(i => (long)i));
    }

    [Fact]
    public void A_displacing_call_survives_and_what_it_displaced_is_gone()
    {
        if (!CanDisplace) return;
        var queue = Open();
        queue.Enqueue(Parcels(0, 8));
        queue.EnqueueShift(P(8), out Parcel displaced).ShouldBeTrue();
        displaced.Sequence.ShouldBe(0);
        queue.EnqueueShift(P(9)).ShouldBeTrue();
        CutPower();
        queue = Open();
        for (int i = 10; i < 60; i++) queue.EnqueueShift(P(i)).ShouldBeTrue();
        CutPower();
        Drain(Open()).ShouldBe(Enumerable.Range(52, 8).Select(i => (long)i));
    }

    [Fact]
    public void A_queue_that_is_used_up_is_replaced_and_one_that_is_not_is_kept()
    {
        ShmQueueOptions replacing = Options with { WhenCompleted = WhenCompleted.Replace };
        var queue = Open(replacing);
        queue.Enqueue(Parcels(0, 2));
        queue.Complete();
        queue.Dequeue().Sequence.ShouldBe(0);
        queue.Flush();
        CutPower();
        queue = Open(replacing);
        Should.Throw<ShmQueueCompletedException>(() => queue.Enqueue(P(2)));
        queue.Dequeue().Sequence.ShouldBe(1);
        queue.Flush();
        CutPower();
        queue = Open(replacing);
        queue.Enqueue(P(3));
        CutPower();
        Rings().ShouldBeEmpty();
        Drain(Open(replacing)).ShouldBe([3]);
        Rings().Length.ShouldBe(1);
    }

    [Fact]
    public void Facts_are_those_of_the_creation_and_not_of_the_opener()
    {
        var queue = Open(Options with { Capacity = 16, MaxParticipants = 3, Permissions = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        (ulong id, string path) = (queue.Session.QueueId, queue.Session.Path);
        queue.Enqueue(P(0));
        CutPower();
        queue = Open(Options with { Capacity = 64, MaxParticipants = 50 });
        queue.Capacity.ShouldBe(16);
        queue.Session.QueueId.ShouldBe(id);
        queue.Session.Path.ShouldBe(path);
        _ = Open();
        _ = Open();
        Should.Throw<ShmQueueLimitException>(() => Open()).Message.ShouldContain("3");
        if (OperatingSystem.IsWindows()) return;
        File.GetUnixFileMode(Path.Combine(Folder, Name)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    /// <summary>The lane, or the role, of a handle that the power failure ended is free again.</summary>
    [Fact]
    public void Roles_are_free_after_a_power_failure()
    {
        for (int i = 0; i < 5; i++)
        {
            var queue = Open(Options with { MaxParticipants = 1 });
            queue.Enqueue(P(i));
            queue.Dequeue().Sequence.ShouldBe(i);
            queue.Flush();
            CutPower();
        }
    }

    private TypedQueue<Parcel, TProducers, TConsumers> Open(ShmQueueOptions? options = null) =>
        Track(TypedQueue<Parcel, TProducers, TConsumers>.OpenOrCreate(Contract, Name, options ?? Options));
}

public sealed class DurableRoleTests_ManyProducers_ManyConsumers : DurableRoleTests<ManyProducers, ManyConsumers>;
public sealed class DurableRoleTests_ManyProducers_OneConsumer : DurableRoleTests<ManyProducers, OneConsumer>;
public sealed class DurableRoleTests_OneProducer_OneConsumer : DurableRoleTests<OneProducer, OneConsumer>;
public sealed class DurableRoleTests_OneProducer_OneWaitingConsumer : DurableRoleTests<OneProducer, OneWaitingConsumer>;

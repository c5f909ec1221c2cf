using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Durable;

/// <summary>A durable queue with acknowledged delivery: what is done stays done, and what is not comes again.</summary>
public abstract class DurableAcknowledgedTests<TProducers> : DurableTests
    where TProducers : struct, IProducerRole
{
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    private static QueueContract Contract => Contracts.Parcel<TProducers, Workers>();

    private string Dead => Name + ".dead";

    [Fact]
    public void What_was_acknowledged_and_flushed_never_comes_again()
    {
        var queue = Open();
        queue.Enqueue(Parcels(0, 6));
        for (int i = 0; i < 3; i++) queue.Take().Acknowledge().ShouldBeTrue();
        queue.Flush();
        CutPower();
        Drain(Open()).ShouldBe([(3, 1), (4, 1), (5, 1)]);
        Open().Flush();
        CutPower();
        Drain(Open()).ShouldBeEmpty();
    }

    [Fact]
    public void What_was_acknowledged_and_not_flushed_comes_again_and_is_not_lost()
    {
        var queue = Open();
        queue.Enqueue(Parcels(0, 3));
        queue.Take().Acknowledge().ShouldBeTrue();
        CutPower();
        Drain(Open()).ShouldBe([(0, 1), (1, 1), (2, 1)]);
    }

    [Fact]
    public void What_was_leased_comes_again_with_one_delivery_more()
    {
        Open().Enqueue(Parcels(0, 2));
        for (int delivery = 1; delivery <= 4; delivery++)
        {
            var queue = Open();
            var lease = queue.Take();
            (lease.Value.Sequence, lease.Deliveries).ShouldBe((0, delivery));
            queue.Flush();
            CutPower();
        }

        Drain(Open()).ShouldBe([(0, 5), (1, 1)]);
    }

    [Fact]
    public void What_was_given_back_comes_again_with_one_delivery_more()
    {
        var queue = Open();
        queue.Enqueue(Parcels(0, 3));
        queue.Take().Abandon();
        queue.Take().Abandon();
        queue.Take().Abandon(s_hour); // nobody waits out a delay after a power failure
        queue.Flush();
        CutPower();
        queue = Open();
        queue.Count.ShouldBe(3);
        Drain(queue).Sum(one => one.Deliveries).ShouldBe(6);
    }

    [Fact]
    public void What_is_done_out_of_order_stays_done()
    {
        var queue = Open();
        queue.Enqueue(Parcels(0, 8));
        List<TypedLease<Parcel>> leases = [.. Enumerable.Range(0, 6).Select(_ => queue.Take())];
        leases[1].Acknowledge().ShouldBeTrue();
        leases[2].Abandon();
        leases[4].Acknowledge().ShouldBeTrue();
        queue.Flush();
        CutPower();
        Drain(Open()).ShouldBe([(0, 2), (2, 2), (3, 2), (5, 2), (6, 1), (7, 1)]);
    }

    /// <summary>The cursor would never pass a place that is to come again, and has no message.</summary>
    [Fact]
    public void A_place_that_nothing_was_sent_to_is_passed_over()
    {
        if (typeof(TProducers) == typeof(OneProducer)) return; // it leaves none
        var queue = Open();
        queue.Enqueue(Parcels(0, 1));
        queue.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
        writer.Dispose();
        queue.Enqueue(Parcels(1, 1));
        _ = queue.Take();
        queue.Take().Value.Sequence.ShouldBe(1);
        queue.Flush();
        CutPower();
        queue = Open();
        Drain(queue).ShouldBe([(0, 2), (1, 2)]);
        queue.Enqueue(Parcels(2, 8)); // there is room for all of them
        Drain(queue).Length.ShouldBe(8);
        queue.Flush();
        CutPower();
        Open().Count.ShouldBe(0);
    }

    /// <summary>The largest side state: each position is a run of its own. The ring goes round several times.</summary>
    [Fact]
    public void Every_other_one_done_in_a_full_ring_is_what_comes_again()
    {
        const int Capacity = 256;
        ShmQueueOptions options = Options with { Capacity = Capacity, MaxLeases = 512 };
        int sent = 0;
        List<long> open = [];
        for (int round = 0; round < 5; round++)
        {
            var queue = Open(options);
            int count = Capacity - (int)queue.Count;
            queue.Enqueue(Parcels(sent, count));
            sent += count;
            List<TypedLease<Parcel>> leases = [];
            while (queue.TryTake(out var lease)) leases.Add(lease);
            leases.Count.ShouldBe(Capacity);
            leases.Sort((a, b) => a.Position.CompareTo(b.Position));
            open = [.. leases.Where((_, i) => i % 2 == 1).Select(l => l.Value.Sequence)];
            for (int i = 0; i < leases.Count; i += 2) leases[i].Acknowledge().ShouldBeTrue();
            queue.Flush();
            CutPower();
            // Half of them only are in a row behind head, so that the ring has room.
            queue = Open(options);
            leases.Clear();
            while (queue.TryTake(out var lease)) leases.Add(lease);
            leases.Select(l => l.Value.Sequence).Order().ShouldBe(open);
            leases.Sort((a, b) => a.Position.CompareTo(b.Position));
            foreach (var lease in leases) lease.Acknowledge().ShouldBeTrue();
            queue.Flush();
            CutPower();
        }

        Drain(Open()).ShouldBeEmpty();
    }

    [Fact]
    public void Deliveries_of_which_the_journal_knows_count_towards_the_dead_letter_queue()
    {
        if (typeof(TProducers) == typeof(OneProducer)) return; // it has none
        ShmQueueOptions options = Options with { MaxDeliveries = 2, DeadLetter = Dead };
        Open(options).Enqueue(Parcels(0, 2));
        for (int delivery = 1; delivery <= 2; delivery++)
        {
            var queue = Open(options);
            queue.Take().Deliveries.ShouldBe(delivery);
            queue.Flush();
            CutPower();
        }

        var last = Open(options);
        var next = last.Take();
        (next.Value.Sequence, next.Deliveries).ShouldBe((1, 1));
        Worker.WaitUntil(() => last.Count == 1, "the dead letter is committed, and then done");
        last.GetStatistics().Groups[0].DeadLettered.ShouldBe(1);
        last.Flush();
        CutPower();
        last = Open(options);
        last.GetStatistics().Groups[0].DeadLettered.ShouldBe(1);
        Drain(last).ShouldBe([(1, 2)]);
        Drain(OpenDead()).ShouldBe([(0, 1)]);
    }

    /// <summary>The queue that it is taken from may be committed before the one that it is sent to.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_message_is_not_done_before_the_dead_letter_queue_has_it_on_disk(bool later)
    {
        if (typeof(TProducers) == typeof(OneProducer)) return; // it has none
        ShmQueueOptions options = Options with { MaxDeliveries = 2, DeadLetter = Dead };
        if (later) options = options with { CommitWithin = TimeSpan.FromHours(1) };
        var queue = Open(options);
        queue.Enqueue(Parcels(0, 2));
        queue.Take().Reject();
        // A power failure until then leaves it in both, and never in none.
        Worker.WaitUntil(() => queue.Count == 1, "the dead letter is committed, and then done");
        queue.Flush();
        CutPower();
        Drain(Open()).ShouldBe([(1, 1)]);
        Drain(OpenDead()).ShouldBe([(0, 1)]);
    }

    /// <summary>An open writer holds up every commit of the dead-letter queue, as does a process that is stopped in one.</summary>
    [Fact]
    public void A_dead_letter_queue_that_is_held_up_holds_nobody_else_up()
    {
        if (typeof(TProducers) == typeof(OneProducer)) return; // it has none
        var queue = Open(Options with { MaxDeliveries = 1, DeadLetter = Dead });
        var other = Open();
        var dead = OpenDead();
        dead.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
        queue.Enqueue(Parcels(0, 4));
        Worker.Run(() =>
        {
            queue.Take().Abandon();
            var next = queue.Take(); // the first was delivered too often
            next.Value.Sequence.ShouldBe(1);
            next.Reject();
            Task<TypedLease<Parcel>> pending = queue.TakeAsync().AsTask();
            pending.WaitAsync(Worker.Patience).GetAwaiter().GetResult().Acknowledge().ShouldBeTrue();
        });
        queue.Count.ShouldBe(3, "what is not committed there is not done here");
        Worker.Run(queue.Dispose);
        writer.Value = P(9);
        writer.Commit();
        // What was not done by then comes again, beside its copy in the dead-letter queue.
        Drain(other).Select(static one => one.Sequence).Order().ShouldBe([0, 1, 3]);
        dead.Flush();
        Drain(dead).Select(static one => one.Sequence).Order().ShouldBe([0, 1, 9]);
    }

    [Fact]
    public void Counts_of_what_was_given_back_survive()
    {
        var queue = Open();
        queue.Enqueue(Parcels(0, 2));
        for (int i = 0; i < 3; i++) queue.Take().Abandon();
        queue.Flush();
        DateTimeOffset created = queue.GetStatistics().Groups[0].CreatedAt;
        CutPower();
        ShmQueueGroup group = Open().GetStatistics().Groups[0];
        (group.GivenBack, group.CreatedAt, group.Leased).ShouldBe((3, created, 0));
    }

    [Fact]
    public void A_completed_queue_is_worked_off_to_its_end()
    {
        var queue = Open();
        queue.Enqueue(Parcels(0, 2));
        queue.Complete();
        var lease = queue.Take();
        queue.Flush();
        CutPower();
        queue = Open();
        Drain(queue).ShouldBe([(0, 2), (1, 1)]);
        Should.Throw<ShmQueueCompletedException>(() => queue.Take());
        lease.Position.ShouldBe(0);
    }

    private TypedAcknowledged<Parcel, TProducers> Open(ShmQueueOptions? options = null) =>
        Track(TypedAcknowledged<Parcel, TProducers>.OpenOrCreate(Contract, Name, options ?? Options));

    private TypedAcknowledged<Parcel, TProducers> OpenDead() =>
        Track(TypedAcknowledged<Parcel, TProducers>.Open(Contract, Dead, Options));

    /// <summary>Takes and acknowledges everything; what comes again may come in any order.</summary>
    private static (long Sequence, int Deliveries)[] Drain(TypedAcknowledged<Parcel, TProducers> queue)
    {
        List<(long, int)> taken = [];
        while (queue.TryTake(out var lease))
        {
            lease.Value.IsWhole.ShouldBeTrue();
            taken.Add((lease.Value.Sequence, lease.Deliveries));
            lease.Acknowledge().ShouldBeTrue();
        }

        return [.. taken.Order()];
    }
}

public sealed class DurableAcknowledgedTests_ManyProducers : DurableAcknowledgedTests<ManyProducers>;
public sealed class DurableAcknowledgedTests_OneProducer : DurableAcknowledgedTests<OneProducer>;

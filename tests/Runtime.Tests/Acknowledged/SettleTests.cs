namespace TypedShmQueue.Runtime.Tests.Acknowledged;

/// <summary>A message is settled once: acknowledged, given back, or left to the end of its queue.</summary>
public class SettleTests : AcknowledgedTests
{
    [Fact]
    public void An_acknowledged_message_is_not_delivered_again()
    {
        var queue = Create();
        for (int i = 0; i < 100; i++)
        {
            queue.Enqueue(P(i));
            var lease = queue.Take();
            (lease.Value, lease.Deliveries, lease.Position).ShouldBe((P(i), 1, i));
            lease.Acknowledge().ShouldBeTrue();
            queue.TryTake(out _).ShouldBeFalse();
            queue.Count.ShouldBe(0);
        }
    }

    [Fact]
    public void A_message_that_is_given_back_comes_before_new_ones_and_counts_its_deliveries()
    {
        var queue = Create();
        queue.Enqueue(Parcels(0, 3));
        for (int delivery = 1; delivery <= 5; delivery++)
        {
            using var lease = queue.Take();
            (lease.Value.Sequence, lease.Deliveries, lease.Position).ShouldBe((0, delivery, 0));
        }

        Drain(queue).ShouldBe([0, 1, 2]);
    }

    [Fact]
    public void A_full_queue_has_room_once_the_oldest_message_is_settled()
    {
        var queue = Create(capacity: 4);
        queue.TryEnqueue(Parcels(0, 5)).ShouldBe(4);
        var leases = new TypedLease<Parcel>[4];
        queue.TryTake(leases).ShouldBe(4);
        leases[1].Acknowledge();
        leases[3].Acknowledge();
        queue.TryEnqueue(P(9)).ShouldBeFalse("the oldest one is not settled");
        queue.Count.ShouldBe(2);
        leases[0].Acknowledge();
        queue.TryEnqueue(Parcels(4, 5)).ShouldBe(2, "the two oldest are settled");
        leases[2].Abandon();
        Drain(queue).ShouldBe([2, 4, 5]);
    }

    [Fact]
    public void A_batch_takes_what_was_given_back_and_then_what_is_new()
    {
        var queue = Create(capacity: 128);
        queue.Enqueue(Parcels(0, 100));
        var leases = new TypedLease<Parcel>[100];
        queue.Take(leases.AsSpan(0, 40)).ShouldBe(40);
        foreach (int i in new[] { 3, 30, 39 }) leases[i].Abandon();
        int taken = queue.TryTake(leases.AsSpan(40, 50));
        Of(leases[40..(40 + taken)]).ShouldBe([(3, 2), (30, 2), (39, 2), .. Enumerable.Range(40, 47).Select(i => ((long)i, 1))]);
        queue.Count.ShouldBe(100);
        leases.Where((l, i) => i < 40 && i is not (3 or 30 or 39)).ShouldAllBe(l => l.Acknowledge());
        queue.Count.ShouldBe(63);
    }

    [Fact]
    public void Leases_that_were_taken_together_are_acknowledged_together()
    {
        var queue = Create(capacity: 128);
        var leases = new TypedLease<Parcel>[100];
        for (int round = 0; round < 5; round++)
        {
            queue.Enqueue(Parcels(round * 100, 100));
            queue.Take(leases).ShouldBe(100);
            queue.Acknowledge(leases).ShouldBe(100);
            queue.Count.ShouldBe(0);
            queue.TryTake(out _).ShouldBeFalse();
        }

        queue.Acknowledge([]).ShouldBe(0);
        var workers = queue.GetStatistics().Groups[0];
        (workers.Leased, workers.GivenBack, workers.TakenBack).ShouldBe((0, 0, 0));
    }

    [Fact]
    public void Leases_are_acknowledged_together_in_any_order()
    {
        var queue = Create(capacity: 128);
        queue.Enqueue(Parcels(0, 50));
        var leases = new TypedLease<Parcel>[50];
        queue.Take(leases).ShouldBe(50);
        queue.Acknowledge(leases.Where((_, i) => i % 3 == 0).Reverse().ToArray()).ShouldBe(17);
        queue.Count.ShouldBe(33);
        foreach (var lease in leases.Where((_, i) => i % 3 == 1)) lease.Abandon();
        queue.Acknowledge(leases.Where((_, i) => i % 3 == 2).ToArray()).ShouldBe(16);
        Drain(queue).ShouldBe(Enumerable.Range(0, 50).Where(i => i % 3 == 1).Select(i => (long)i));
    }

    [Fact]
    public void One_that_was_settled_ends_acknowledging_together_and_those_before_it_are_acknowledged()
    {
        var queue = Create();
        queue.Enqueue(Parcels(0, 5));
        var leases = new TypedLease<Parcel>[5];
        queue.Take(leases).ShouldBe(5);
        leases[2].Abandon();
        Should.Throw<InvalidOperationException>(() => queue.Acknowledge(leases)).Message.ShouldContain("settled already");
        queue.Count.ShouldBe(3);
        queue.Acknowledge(leases.AsSpan(3)).ShouldBe(2);
        Should.Throw<InvalidOperationException>(() => queue.Acknowledge(leases));
        Drain(queue).ShouldBe([2]);
    }

    [Fact]
    public void Leases_of_another_queue_are_not_acknowledged_together_with_ours()
    {
        var queue = Create();
        var other = Open();
        queue.Enqueue(Parcels(0, 2));
        TypedLease<Parcel>[] leases = [queue.Take(), other.Take()];
        Should.Throw<ArgumentException>(() => queue.Acknowledge(leases)).Message.ShouldContain("another handle");
        Should.Throw<ArgumentException>(() => queue.Acknowledge(new TypedLease<Parcel>[1])).Message.ShouldContain("holds no message");
        queue.Count.ShouldBe(2);
        leases[0].Acknowledge().ShouldBeTrue();
        leases[1].Acknowledge().ShouldBeTrue();
    }

    [Fact]
    public void A_full_queue_that_was_looked_at_shows_at_once_what_was_acknowledged_since()
    {
        var queue = Create(capacity: 1024);
        for (int i = 0; i < 1024; i++) queue.Enqueue(P(i));
        for (int i = 0; i < 2000; i++)
        {
            queue.TryEnqueue(P(0)).ShouldBeFalse();
            queue.TryEnqueue(P(0), TimeSpan.Zero).ShouldBeFalse();
            queue.Take().Acknowledge();
            queue.TryEnqueue(P(1024 + i)).ShouldBeTrue("one message is settled");
        }
    }

    [Fact]
    public void A_lease_that_is_used_twice_is_an_exception()
    {
        var queue = Create();
        queue.Enqueue(Parcels(0, 2));
        var lease = queue.Take();
        var copy = lease;
        lease.Acknowledge().ShouldBeTrue();
        Action[] uses =
            [() => copy.Acknowledge(), copy.Abandon, copy.Reject, () => copy.Abandon(TimeSpan.FromSeconds(1)), () => _ = copy.Value];
        // The next message is taken with the same entry: the old lease must not be taken for its lease.
        var next = queue.Take();
        foreach (Action use in uses[..2].Append(uses[3]).Append(uses[4]))
            Should.Throw<InvalidOperationException>(use).Message.ShouldContain("settled already");
        Should.Throw<InvalidOperationException>(uses[2]).Message.ShouldContain("DeadLetter");
        copy.Dispose();
        next.Value.Sequence.ShouldBe(1);
        next.Acknowledge().ShouldBeTrue();
        queue.Count.ShouldBe(0);
    }

    [Fact]
    public void Of_two_threads_that_settle_a_lease_one_gets_an_exception()
    {
        var queue = Create();
        for (int round = 0; round < 300; round++)
        {
            queue.Enqueue(P(round));
            var lease = queue.Take();
            int settled = 0, refused = 0;
            using Barrier barrier = new(2);
            foreach (var worker in Testing.Worker.StartMany(2, i =>
            {
                barrier.SignalAndWait();
                try
                {
                    if (i == 0) lease.Acknowledge();
                    else lease.Abandon();
                    Interlocked.Increment(ref settled);
                }
                catch (InvalidOperationException)
                {
                    Interlocked.Increment(ref refused);
                }
            })) worker.Join();
            (settled, refused).ShouldBe((1, 1));
            if (queue.TryTake(out var again)) again.Acknowledge();
            queue.Count.ShouldBe(0);
        }
    }

    [Fact]
    public void The_default_lease_says_that_it_holds_nothing()
    {
        TypedLease<Parcel> nothing = default;
        Should.Throw<InvalidOperationException>(() => nothing.Acknowledge()).Message.ShouldContain("no message");
        Should.Throw<InvalidOperationException>(() => _ = nothing.Value);
        nothing.Dispose();
        (nothing.Position, nothing.Deliveries).ShouldBe((0, 0));
    }

    [Fact]
    public void Disposing_the_queue_gives_its_leases_back_at_once()
    {
        var queue = Create();
        var worker = Open();
        queue.Enqueue(Parcels(0, 3));
        var leases = new TypedLease<Parcel>[2];
        worker.Take(leases).ShouldBe(2);
        leases[0].Acknowledge();
        worker.Dispose();
        Should.Throw<ObjectDisposedException>(() => leases[1].Acknowledge()).ObjectName.ShouldBe(Name);
        Should.Throw<ObjectDisposedException>(() => _ = leases[1].Value);
        leases[1].Dispose();
        var again = queue.Take();
        (again.Value.Sequence, again.Deliveries).ShouldBe((1, 2));
        again.Acknowledge();
        Drain(queue).ShouldBe([2]);
    }

    [Fact]
    public void A_delayed_return_stays_away_until_it_is_due_or_the_queue_is_disposed()
    {
        var queue = Create();
        var worker = Open();
        queue.Enqueue(Parcels(0, 2));
        worker.Take().Abandon(TimeSpan.FromHours(1));
        worker.Take().Abandon(TimeSpan.FromMilliseconds(20));
        Should.Throw<ArgumentOutOfRangeException>(() => default(TypedLease<Parcel>).Abandon(TimeSpan.FromMilliseconds(-1)));
        var soon = queue.Take();
        (soon.Value.Sequence, soon.Deliveries).ShouldBe((1, 2));
        soon.Acknowledge();
        queue.TryTake(out _).ShouldBeFalse();
        worker.Dispose();
        Drain(queue).ShouldBe([0]);
    }

    [Fact]
    public void The_end_comes_when_everything_is_settled()
    {
        var queue = Create();
        queue.Enqueue(Parcels(0, 2));
        queue.Complete();
        queue.IsCompleted.ShouldBeFalse();
        var first = queue.Take();
        var second = queue.Take();
        queue.TryTake(out _, TimeSpan.FromMilliseconds(1)).ShouldBeFalse();
        queue.IsCompleted.ShouldBeFalse();
        var other = Testing.Worker.Start(() =>
        {
            queue.TryTake(out var again, Timeout.InfiniteTimeSpan).ShouldBeTrue("a message that somebody works on may come back");
            again.Acknowledge();
            queue.TryTake(out _, Timeout.InfiniteTimeSpan).ShouldBeFalse();
        });
        first.Abandon();
        second.Acknowledge();
        other.Join();
        queue.IsCompleted.ShouldBeTrue();
        Should.Throw<ShmQueueCompletedException>(() => queue.Take());
    }

    [Fact]
    public async Task Asynchronous_calls_take_and_end()
    {
        var queue = Create();
        Task<TypedLease<Parcel>> pending = queue.TakeAsync().AsTask();
        pending.IsCompleted.ShouldBeFalse();
        queue.Enqueue(P(1));
        var lease = await pending;
        await Task.Yield();
        lease.Value.Sequence.ShouldBe(1);
        lease.Abandon();
        queue.Enqueue(Parcels(2, 3));
        queue.Complete();
        List<(long, int)> seen = [];
        await foreach (var each in queue.ReadAllLeasesAsync())
        {
            seen.Add((each.Value.Sequence, each.Deliveries));
            each.Acknowledge();
        }

        seen.ShouldBe([(1, 2), (2, 1), (3, 1), (4, 1)]);
        using CancellationTokenSource cancelled = new();
        await cancelled.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(async () => await queue.TakeAsync(cancelled.Token));
    }

    [Fact]
    public void An_abandoned_claim_is_passed()
    {
        var queue = Create(capacity: 4);
        for (int i = 0; i < 20; i++)
        {
            queue.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
            writer.Dispose();
            queue.TryClaim(out writer).ShouldBeTrue();
            writer.Value = P(i);
            writer.Commit();
            Drain(queue).ShouldBe([i]);
        }
    }

    [Fact]
    public void Thousands_of_threads_worth_of_leases_end_at_the_limit()
    {
        var queue = Create(capacity: 16, with: o => o with { MaxLeases = 3 });
        queue.Enqueue(Parcels(0, 4));
        TypedLease<Parcel>[] leases = [queue.Take(), queue.Take(), queue.Take()];
        var error = Should.Throw<ShmQueueLimitException>(() => queue.Take());
        (error.Limit, error.QueueName).ShouldBe((ShmQueueLimit.Leases, Name));
        error.Message.ShouldContain("3 lease entries");
        foreach (var lease in leases) lease.Acknowledge();
        Drain(queue).ShouldBe([3]);
    }

    [Fact]
    public void Statistics_name_who_holds_what()
    {
        var queue = Create();
        queue.Enqueue(Parcels(0, 4));
        queue.Take().Acknowledge();
        queue.Take().Abandon();
        using var held = queue.Take();
        using var other = queue.Take();
        var group = queue.GetStatistics().Groups.ShouldHaveSingleItem();
        (group.Name, group.Waiting, group.Leased, group.Acknowledged, group.GivenBack).ShouldBe((null, 1, 2, 1, 1));
        group.Leases.Select(l => (l.Position, l.Deliveries, l.ProcessId, l.IsAlive))
            .ShouldBe([(1, 2, Environment.ProcessId, true), (2, 1, Environment.ProcessId, true)]);
        queue.GetStatistics().Dequeued.ShouldBe(1);
    }
}

using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Broadcast;

public abstract class NamedTests<TProducers> : BroadcastTests<TProducers>
    where TProducers : struct, IProducerRole
{
    [Fact]
    public void A_named_subscription_is_taken_up_where_it_was_left()
    {
        var queue = Create();
        using (var billing = Open().Subscribe("billing", SubscribeFrom.Oldest, null))
        {
            queue.TryEnqueue(Parcels(0, 4)).ShouldBe(4);
            billing.Dequeue(default).ShouldBe(P(0));
            billing.Name.ShouldBe("billing");
        }

        queue.TryEnqueue(P(4)).ShouldBeTrue();
        using var again = queue.Subscribe("billing", SubscribeFrom.Latest, null);
        again.Position.ShouldBe(1);
        Drain(again).ShouldBe(Range(1, 4));
        again.Missed.ShouldBe(0);
    }

    [Fact]
    public void A_name_has_one_holder_at_a_time()
    {
        var queue = Create();
        var other = Open();
        using var billing = queue.Subscribe("billing", SubscribeFrom.Oldest, null);
        var taken = Should.Throw<ShmQueueSubscriptionTakenException>(() => other.Subscribe("billing", SubscribeFrom.Oldest, null));
        (taken.SubscriptionName, taken.HolderProcessId, taken.QueueName).ShouldBe(("billing", Environment.ProcessId, Name));
        Should.Throw<ShmQueueSubscriptionTakenException>(() => queue.Subscribe("billing", SubscribeFrom.Oldest, null));
        Should.Throw<ShmQueueSubscriptionTakenException>(() => other.RemoveSubscription("billing"));
        billing.Dispose();
        other.Subscribe("billing", SubscribeFrom.Oldest, null).Dispose();
    }

    [Fact]
    public void An_absent_one_holds_nobody_back_and_counts_what_it_missed()
    {
        var queue = Create();
        queue.Subscribe("billing", SubscribeFrom.Oldest, null).Dispose();
        int sent = 0;
        for (int i = 0; i < 30; i++)
        {
            queue.TryEnqueue(P(sent++)).ShouldBeTrue();
            if (i % 5 == 0) SendNothing(queue);
        }

        using var again = queue.Subscribe("billing", SubscribeFrom.Oldest, null);
        long missed = again.Missed;
        IReadOnlyList<long> got = Drain(again);
        (missed + got.Count).ShouldBe(sent);
        again.Missed.ShouldBe(missed);
    }

    [Fact]
    public void An_absent_one_that_holds_is_waited_for_until_it_is_removed()
    {
        var queue = Create();
        queue.Subscribe("billing", SubscribeFrom.Oldest, new SubscriptionOptions { HoldWhenAbsent = Timeout.InfiniteTimeSpan }).Dispose();
        queue.TryEnqueue(Parcels(0, 20)).ShouldBe(8);
        queue.TryEnqueue(P(8)).ShouldBeFalse();
        queue.RemoveSubscription("billing").ShouldBeTrue();
        queue.RemoveSubscription("billing").ShouldBeFalse();
        queue.TryEnqueue(P(8)).ShouldBeTrue();
        queue.Subscriptions.ShouldBeEmpty();
    }

    [Fact]
    public void The_hold_of_an_absent_one_ends_by_itself()
    {
        var queue = Create();
        queue.Subscribe("billing", SubscribeFrom.Oldest,
            new SubscriptionOptions { HoldWhenAbsent = TimeSpan.FromMilliseconds(20) }).Dispose();
        for (int i = 0; i < 9; i++) queue.Enqueue(P(i), default);
        using var again = queue.Subscribe("billing", SubscribeFrom.Oldest, null);
        (Drain(again).Count + again.Missed).ShouldBe(9);
    }

    [Fact]
    public void What_was_missed_is_remembered_from_holder_to_holder()
    {
        var queue = Create();
        SubscriptionOptions lossy = new() { Lossy = true };
        long received = 0, sent = 0;
        for (int round = 0; round < 20; round++)
        {
            using var billing = queue.Subscribe("billing", SubscribeFrom.Oldest, lossy);
            for (int i = 0; i < 1 + (round * 7 % 23); i++)
            {
                queue.TryEnqueue(P(sent++)).ShouldBeTrue();
                if (i % 4 == 1) SendNothing(queue);
            }

            for (int i = 0; i < round % 6; i++)
            {
                if (billing.TryDequeue(out _)) received++;
            }
        }

        using var last = queue.Subscribe("billing", SubscribeFrom.Oldest, lossy);
        received += Drain(last).Count;
        (received + last.Missed).ShouldBe(sent);
        queue.Subscriptions.Single().Missed.ShouldBe(last.Missed);
    }

    [Fact]
    public void Options_that_mean_nothing_are_refused()
    {
        var queue = Create();
        SubscriptionOptions holds = new() { HoldWhenAbsent = TimeSpan.FromSeconds(1) };
        Should.Throw<ArgumentException>(() => queue.Subscribe(SubscribeFrom.Oldest, holds)).ParamName.ShouldBe("options");
        Should.Throw<ArgumentException>(() =>
            queue.Subscribe("billing", SubscribeFrom.Oldest, holds with { Lossy = true })).ParamName.ShouldBe("options");
        Should.Throw<ArgumentOutOfRangeException>(() =>
            queue.Subscribe("billing", SubscribeFrom.Oldest, new() { HoldWhenAbsent = TimeSpan.FromSeconds(-2) }));
        queue.Subscriptions.ShouldBeEmpty();
    }
}

public sealed class NamedTests_ManyProducers : NamedTests<ManyProducers>;
public sealed class NamedTests_OneProducer : NamedTests<OneProducer>;

using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Durable;

/// <summary>A durable broadcast queue: named subscriptions and groups come back where they were.</summary>
public abstract unsafe class DurableBroadcastTests<TProducers> : DurableTests
    where TProducers : struct, IProducerRole
{
    private static QueueContract Contract => Contracts.Parcel<TProducers, Subscribers>();

    [Fact]
    public void A_named_subscription_keeps_its_place()
    {
        var queue = Open();
        var billing = queue.Subscribe("billing", SubscribeFrom.Oldest, null);
        var audit = queue.Subscribe("audit", SubscribeFrom.Oldest, null);
        queue.Enqueue(Parcels(0, 5));
        Take(billing, 3).ShouldBe([0, 1, 2]);
        Take(audit, 1).ShouldBe([0]);
        queue.Flush();
        CutPower();
        queue = Open();
        queue.Subscriptions.Select(one => one.Name).Order(StringComparer.Ordinal).ShouldBe(["audit", "billing"]);
        Drain(queue.Subscribe("billing", SubscribeFrom.Latest, null)).ShouldBe([3, 4]);
        Drain(queue.Subscribe("audit", SubscribeFrom.Latest, null)).ShouldBe([1, 2, 3, 4]);
    }

    [Fact]
    public void What_was_taken_and_not_committed_comes_again()
    {
        var queue = Open();
        var billing = queue.Subscribe("billing", SubscribeFrom.Oldest, null);
        queue.Enqueue(Parcels(0, 3));
        Take(billing, 2).ShouldBe([0, 1]);
        CutPower();
        Drain(Open().Subscribe("billing", SubscribeFrom.Latest, null)).ShouldBe([0, 1, 2]);
    }

    /// <summary>
    /// A commit ends before a claim that is open, and reads places after that: those beyond the commit's end are of messages that will
    /// never have been.
    /// </summary>
    [Fact]
    public void A_place_beyond_what_was_committed_is_the_end_of_that()
    {
        if (typeof(TProducers) == typeof(OneProducer)) return; // nothing is sent beside its open claim
        var queue = Open();
        var billing = queue.Subscribe("billing", SubscribeFrom.Oldest, null);
        queue.Enqueue(Parcels(0, 2));
        var hasty = Open(Options with { Durability = Durability.Cached });
        hasty.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
        long end = queue.Session.Committer!.Limit;
        hasty.Session.Ring.Tail.ShouldBe(end + 1);
        Take(billing, 2).ShouldBe([0, 1]);
        // As if the claim had been published and taken between the two.
        queue.Session.Subscriptions.Records[0].Cursor = end + 1;
        queue.Session.Committer!.WaitForCommit(0, queue.Session.Committer.NextCommit, TypedShmQueue.Waiting.Deadline.Never, default);
        CutPower();
        queue = Open();
        billing = queue.Subscribe("billing", SubscribeFrom.Latest, null);
        billing.Position.ShouldBe(2);
        billing.TryDequeue(out _).ShouldBeFalse();
        queue.Enqueue(P(3));
        Drain(billing).ShouldBe([3]);
        GC.KeepAlive(hasty);
    }

    [Fact]
    public void What_a_subscription_missed_is_known_afterwards()
    {
        var queue = Open();
        queue.Subscribe("billing", SubscribeFrom.Oldest, null).Dispose();
        for (int i = 0; i < 20; i++) queue.Enqueue(P(i)); // nobody holds them back
        queue.Flush();
        CutPower();
        queue = Open();
        var billing = queue.Subscribe("billing", SubscribeFrom.Oldest, null);
        long missed = billing.Missed;
        IReadOnlyList<long> got = Drain(billing);
        (missed + got.Count).ShouldBe(20);
        got[^1].ShouldBe(19);
        billing.Missed.ShouldBe(missed);
        queue.Flush();
        CutPower();
        queue = Open();
        billing = queue.Subscribe("billing", SubscribeFrom.Oldest, null);
        billing.Missed.ShouldBe(missed);
        billing.TryDequeue(out _).ShouldBeFalse();
    }

    [Fact]
    public void A_place_that_nothing_was_sent_to_is_no_message_that_was_missed()
    {
        if (typeof(TProducers) == typeof(OneProducer)) return; // it leaves none
        var queue = Open();
        var billing = queue.Subscribe("billing", SubscribeFrom.Oldest, null);
        queue.Enqueue(P(0));
        queue.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
        writer.Dispose();
        queue.Enqueue(P(1));
        Take(billing, 1).ShouldBe([0]);
        queue.Flush();
        CutPower();
        billing = Open().Subscribe("billing", SubscribeFrom.Oldest, null);
        Drain(billing).ShouldBe([1]);
        billing.Missed.ShouldBe(0);
    }

    [Fact]
    public void Groups_beside_subscriptions_come_back_too()
    {
        var queue = Open();
        var workers = queue.JoinGroup("workers");
        var others = queue.JoinGroup("others");
        var billing = queue.Subscribe("billing", SubscribeFrom.Oldest, null);
        queue.Enqueue(Parcels(0, 6));
        List<TypedLease<Parcel>> leases = [.. Enumerable.Range(0, 4).Select(_ => workers.Take())];
        leases[0].Acknowledge().ShouldBeTrue();
        leases[2].Acknowledge().ShouldBeTrue();
        others.Take().Acknowledge().ShouldBeTrue();
        Take(billing, 5);
        queue.Flush();
        CutPower();
        queue = Open();
        DrainGroup(queue.JoinGroup("workers")).ShouldBe([(1, 2), (3, 2), (4, 1), (5, 1)]);
        DrainGroup(queue.JoinGroup("others")).ShouldBe([(1, 1), (2, 1), (3, 1), (4, 1), (5, 1)]);
        Drain(queue.Subscribe("billing", SubscribeFrom.Latest, null)).ShouldBe([5]);
        queue.Enqueue(P(6));
        DrainGroup(queue.JoinGroup("workers")).ShouldBe([(6, 1)]);
    }

    [Fact]
    public void What_was_removed_stays_removed()
    {
        var queue = Open();
        queue.Subscribe("billing", SubscribeFrom.Oldest, null).Dispose();
        queue.Subscribe("audit", SubscribeFrom.Oldest, null).Dispose();
        queue.JoinGroup("workers").Dispose();
        queue.JoinGroup("others").Dispose();
        queue.Enqueue(P(0));
        queue.RemoveSubscription("billing").ShouldBeTrue();
        queue.RemoveGroup("workers").ShouldBeTrue();
        queue.Flush();
        CutPower();
        queue = Open();
        queue.Subscriptions.Select(one => one.Name).ShouldBe(["audit"]);
        queue.GetStatistics().Groups.Select(one => one.Name).ShouldBe(["others"]);
    }

    [Fact]
    public void A_subscription_without_a_name_is_gone_and_holds_nobody_back()
    {
        var queue = Open();
        _ = queue.Subscribe(SubscribeFrom.Oldest, null);
        queue.Enqueue(Parcels(0, 8));
        queue.TryEnqueue(P(8)).ShouldBeFalse();
        CutPower();
        queue = Open();
        queue.Subscriptions.ShouldBeEmpty();
        queue.TryEnqueue(P(8)).ShouldBeTrue();
        Drain(queue.Subscribe(SubscribeFrom.Oldest, null))[^1].ShouldBe(8);
    }

    [Fact]
    public void A_subscription_that_holds_is_waited_for_afterwards_too()
    {
        var queue = Open();
        var billing = queue.Subscribe("billing", SubscribeFrom.Oldest, new SubscriptionOptions { HoldWhenAbsent = TimeSpan.FromHours(1) });
        queue.Enqueue(Parcels(0, 8));
        CutPower();
        queue = Open();
        queue.TryEnqueue(P(8)).ShouldBeFalse();
        Drain(queue.Subscribe("billing", SubscribeFrom.Oldest, null)).ShouldBe([0, 1, 2, 3, 4, 5, 6, 7]);
        queue.TryEnqueue(P(8)).ShouldBeTrue();
        GC.KeepAlive(billing);
    }

    [Fact]
    public void A_recovered_message_is_as_old_as_a_new_one()
    {
        ShmQueueOptions options = Options with { Retention = TimeSpan.FromHours(1) };
        var queue = Open(options);
        queue.Enqueue(Parcels(0, 4));
        long first = queue.Session.Ring.Head;
        for (int i = 0; i < 4; i++) queue.Session.Subscriptions.Stamp(first + i) = 1; // as if it were of 1970
        queue.Flush();
        CutPower();
        queue = Open(options);
        Drain(queue.Subscribe(SubscribeFrom.Oldest, null)).ShouldBe([0, 1, 2, 3]);
        for (int i = 0; i < 4; i++) queue.Session.Subscriptions.Stamp(first + i).ShouldBeGreaterThan(1);
        queue.Session.Geometry.RetentionMilliseconds.ShouldBe(3_600_000);
    }

    private TypedBroadcast<Parcel, TProducers> Open(ShmQueueOptions? options = null) =>
        Track(TypedBroadcast<Parcel, TProducers>.OpenOrCreate(Contract, Name, options ?? Options));

    private static List<long> Take(TypedSubscription<Parcel> subscription, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => subscription.Dequeue(default).Sequence)];

    private static (long Sequence, int Deliveries)[] DrainGroup(TypedGroup<Parcel> group)
    {
        List<(long, int)> taken = [];
        while (group.TryTake(out var lease))
        {
            taken.Add((lease.Value.Sequence, lease.Deliveries));
            lease.Acknowledge().ShouldBeTrue();
        }

        return [.. taken.Order()];
    }
}

public sealed class DurableBroadcastTests_ManyProducers : DurableBroadcastTests<ManyProducers>;
public sealed class DurableBroadcastTests_OneProducer : DurableBroadcastTests<OneProducer>;

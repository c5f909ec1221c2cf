using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Observing;

/// <summary>How far the subscriptions to a broadcast queue are behind, as a collector sees it.</summary>
public sealed class LagMetricTests : BroadcastTests<ManyProducers>
{
    private const string Lag = "messaging.typedshmqueue.subscription.lag";

    [Fact]
    public void Lag_is_reported_for_each_name_and_of_the_anonymous_for_the_slowest()
    {
        using Collector collector = new();
        var queue = Create(capacity: 16);
        using TypedSubscription<Parcel> billing = queue.Subscribe("billing", SubscribeFrom.Oldest, null), audit = queue.Subscribe("audit",
            SubscribeFrom.Oldest, null);
        using TypedSubscription<Parcel> quick = queue.Subscribe(SubscribeFrom.Oldest, null), slow = queue.Subscribe(SubscribeFrom.Oldest,
            null);
        queue.TryEnqueue(Parcels(0, 10)).ShouldBe(10);
        for (int i = 0; i < 4; i++) billing.TryDequeue(out _).ShouldBeTrue();
        for (int i = 0; i < 7; i++) quick.TryDequeue(out _).ShouldBeTrue();
        slow.TryDequeue(out _).ShouldBeTrue();

        Dictionary<string, double> seen = collector.Of(Name);
        seen[Lag + "/billing"].ShouldBe(6);
        seen[Lag + "/audit"].ShouldBe(10);
        seen[Lag].ShouldBe(9);
        seen["messaging.typedshmqueue.enqueued"].ShouldBe(10);
        seen["messaging.typedshmqueue.dequeued"].ShouldBe(0);
    }

    [Fact]
    public void Subscription_without_a_holder_goes_on_lagging_and_one_that_is_removed_does_not()
    {
        using Collector collector = new();
        var queue = Create(capacity: 16);
        queue.Subscribe("billing", SubscribeFrom.Oldest, null).Dispose();
        queue.TryEnqueue(Parcels(0, 3)).ShouldBe(3);
        collector.Of(Name)[Lag + "/billing"].ShouldBe(3);
        queue.RemoveSubscription("billing").ShouldBeTrue();
        collector.Of(Name).ShouldNotContainKey(Lag + "/billing");
    }
}

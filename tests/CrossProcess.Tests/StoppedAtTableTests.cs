using TypedShmQueue.CrossProcess.Tests.Support;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>
/// A process is stopped, or dies, while it subscribes: other processes' handles still end, and what it had not done yet is as it was.
/// </summary>
public sealed class StoppedAtTableTests : IDisposable
{
    private const string Named = "billing";
    private const int Capacity = 4;

    private readonly QueueFolder _folder = new();
    private readonly string _name = ShmQueueName.NewUnique();

    public void Dispose() => _folder.Dispose();

    [LabelFact]
    public void Handles_are_disposed_while_a_process_is_stopped_in_Subscribe()
    {
        var queue = Create();
        var subscription = queue.Subscribe(SubscribeFrom.Oldest, null);
        using PeerProcess peer = Peer("subscribe:stop subscription: table locked");
        Worker.WaitUntil(() => peer.IsStopped, "a peer that is stopped");
        Exception? refused = null;
        using ManualResetEventSlim begins = new();
        Worker subscribing = Worker.Start(() =>
        {
            begins.Set();
            refused = Record.Exception(() => queue.Subscribe(SubscribeFrom.Oldest, null));
        });
        begins.Wait(Worker.Patience).ShouldBeTrue();
        Thread.Sleep(100); // so that it waits; if it does not yet, this test is only easier
        queue.TryEnqueue(new Parcel(1, 0)).ShouldBeTrue();
        subscription.Dequeue(default).ShouldBe(new Parcel(1, 0));

        Worker.Run(subscription.Dispose);
        subscribing.IsRunning.ShouldBeTrue();
        Worker.Run(queue.Dispose);
        subscribing.Join();
        refused.ShouldBeOfType<ObjectDisposedException>();

        peer.Continue();
        peer.Hear()!.ShouldStartWith("done");
        peer.WaitForSuccess();
    }

    /// <summary>The last thread that is to be waited for: one that is being begun when its handle is disposed.</summary>
    [LabelFact]
    public void Subscription_that_is_begun_while_its_handle_is_disposed_is_refused()
    {
        var queue = Create();
        using var other = TypedBroadcast<Parcel, ManyProducers>.Open(Contracts.Parcel<ManyProducers, Subscribers>(), _name,
            _folder.Options);
        using ManualResetEventSlim isThere = new(), mayGoOn = new();
        Exception? refused = null;
        Worker subscribing = Worker.Start(() =>
        {
            Steps.Reached = label =>
            {
                if (!string.Equals(label, "subscription: begun", StringComparison.Ordinal)) return;
                isThere.Set();
                mayGoOn.Wait(Worker.Patience);
            };
            refused = Record.Exception(() => queue.Subscribe(SubscribeFrom.Oldest, null));
        });
        isThere.Wait(Worker.Patience).ShouldBeTrue();
        Worker disposing = Worker.Start(queue.Dispose);
        Thread.Sleep(100);
        disposing.IsRunning.ShouldBeTrue();
        mayGoOn.Set();
        subscribing.Join();
        disposing.Join();
        refused.ShouldBeOfType<ObjectDisposedException>();
        other.Subscriptions.ShouldBeEmpty();
    }

    /// <summary>It asked for another time than the last holder. It is dead, and never held it.</summary>
    [LabelTheory]
    [InlineData("subscription: entry taken")]
    [InlineData("subscription: at its beginning")]
    public void Taker_that_dies_in_Subscribe_leaves_the_hold_time_of_the_last_holder(string label)
    {
        using var queue = Create();
        queue.Subscribe(Named, SubscribeFrom.Oldest, new SubscriptionOptions { HoldWhenAbsent = Timeout.InfiniteTimeSpan }).Dispose();
        // By default an absent subscription holds nobody back.
        using (PeerProcess peer = Peer($"resume:{label}"))
        {
            peer.Hear().ShouldBeNull();
            peer.WaitForKill();
        }

        for (int i = 0; i < Capacity; i++) queue.TryEnqueue(new Parcel(1, i)).ShouldBeTrue();
        queue.TryEnqueue(new Parcel(1, Capacity), TimeSpan.FromMilliseconds(200)).ShouldBeFalse();
        using var subscription = queue.Subscribe(Named, SubscribeFrom.Latest, null);
        for (int i = 0; i < Capacity; i++) subscription.Dequeue(default).ShouldBe(new Parcel(1, i));
    }

    /// <summary>What is sent while it walks is not walked over: else it would go on for as long as they send.</summary>
    [LabelFact]
    public void Walk_to_a_position_that_is_far_ahead_ends_where_the_queue_ended_when_it_began()
    {
        using var queue = Create();
        using var producer = TypedBroadcast<Parcel, ManyProducers>.Open(Contracts.Parcel<ManyProducers, Subscribers>(), _name,
            _folder.Options);
        producer.TryEnqueue(new Parcel(1, 0)).ShouldBeTrue();
        ShmQueuePositionException? refused = null;
        Worker.Run(() =>
        {
            Steps.Reached = label =>
            {
                if (string.Equals(label, "subscription: at the floor", StringComparison.Ordinal))
                    producer.TryEnqueue(new Parcel(1, 1)).ShouldBeTrue();
            };
            refused = Should.Throw<ShmQueuePositionException>(() => queue.Subscribe(SubscribeFrom.Position(long.MaxValue), null));
        });
        refused!.End.ShouldBe(1);
        queue.Subscriptions.ShouldBeEmpty();
    }

    private TypedBroadcast<Parcel, ManyProducers> Create() => _folder.Track(
        TypedBroadcast<Parcel, ManyProducers>.Create(Contracts.Parcel<ManyProducers, Subscribers>(), _name,
            _folder.Options with { Capacity = Capacity }));

    private PeerProcess Peer(string argument)
    {
        PeerProcess peer = _folder.Track(
            PeerProcess.Start(["kill-label", nameof(ManyProducers), nameof(Subscribers), _folder.Location, _name, argument]));
        peer.Hear("ready");
        return peer;
    }
}

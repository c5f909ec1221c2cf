using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Broadcast;

public abstract class SubscribeTests<TProducers> : BroadcastTests<TProducers>
    where TProducers : struct, IProducerRole
{
    [Fact]
    public void Span_of_slots_reaches_every_subscription_and_makes_room_for_itself()
    {
        var queue = Create(capacity: 8);
        using var first = queue.Subscribe(SubscribeFrom.Oldest, null);
        using var second = queue.Subscribe(SubscribeFrom.Oldest, null);
        for (int lap = 0; lap < 12; lap++)
        {
            long sent = 0;
            while (sent < 6)
            {
                queue.TryClaim((int)(6 - sent), out SlotSpan<Parcel> span).ShouldBeTrue();
                for (int i = 0; i < span.Count; i++) span[i] = P((lap * 6) + sent + i);
                sent += span.Count;
                span.Publish();
            }

            if (!OneProducer && queue.TryClaim(2, out SlotSpan<Parcel> vain)) vain.Dispose();
            Drain(first).ShouldBe(Range(lap * 6, 6));
            Drain(second).ShouldBe(Range(lap * 6, 6));
        }
    }

    [Fact]
    public void Every_subscriber_gets_every_message_in_the_same_order()
    {
        var queue = Create();
        using var first = queue.Subscribe(SubscribeFrom.Oldest, null);
        using var second = Open().Subscribe(SubscribeFrom.Oldest, null);
        queue.TryEnqueue(Parcels(0, 8)).ShouldBe(8);
        Drain(first).ShouldBe(Range(0, 8));
        Drain(second).ShouldBe(Range(0, 8));
        first.TryDequeue(out _).ShouldBeFalse();
        (first.Missed, second.Missed).ShouldBe((0, 0));
    }

    [Fact]
    public void Without_subscribers_nobody_is_waited_for_and_the_last_lap_is_kept()
    {
        var queue = Create(capacity: 16);
        for (int i = 0; i < 100; i++) queue.TryEnqueue(P(i)).ShouldBeTrue();
        queue.Count.ShouldBeInRange(14, 16);
        using var late = queue.Subscribe(SubscribeFrom.Oldest, null);
        IReadOnlyList<long> kept = Drain(late);
        kept.ShouldBe(Range(100 - kept.Count, kept.Count));
        kept.Count.ShouldBeInRange(14, 16);
        late.Missed.ShouldBe(0);
    }

    [Fact]
    public void Latest_gets_what_is_sent_from_now_on()
    {
        var queue = Create();
        queue.TryEnqueue(Parcels(0, 5)).ShouldBe(5);
        using var latest = queue.Subscribe(SubscribeFrom.Latest, null);
        latest.TryPeek(out _).ShouldBeFalse();
        latest.Lag.ShouldBe(0);
        queue.TryEnqueue(P(5)).ShouldBeTrue();
        Drain(latest).ShouldBe([5]);
    }

    [Fact]
    public void Latest_begins_before_a_message_that_nobody_could_have_taken_yet()
    {
        if (OneProducer) return; // it has one writer at a time, and what it sends is never behind it
        var queue = Create();
        queue.TryEnqueue(P(0)).ShouldBeTrue();
        queue.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
        queue.TryEnqueue(P(2)).ShouldBeTrue();
        using var latest = queue.Subscribe(SubscribeFrom.Latest, null);
        writer.Value = P(1);
        writer.Commit();
        Drain(latest).ShouldBe([1, 2]);
    }

    [Fact]
    public void A_position_is_that_of_another_subscription()
    {
        var queue = Create();
        using var first = queue.Subscribe(SubscribeFrom.Oldest, null);
        first.Position.ShouldBe(0);
        queue.TryEnqueue(Parcels(0, 6)).ShouldBe(6);
        first.TryDequeue(out _).ShouldBeTrue();
        first.TryDequeue(out _).ShouldBeTrue();
        first.Position.ShouldBe(2);
        first.Lag.ShouldBe(4);
        using var second = queue.Subscribe(SubscribeFrom.Position(first.Position), null);
        Drain(second).ShouldBe(Range(2, 4));
        using var atEnd = queue.Subscribe(SubscribeFrom.Position(6), null);
        Drain(atEnd).ShouldBeEmpty();
    }

    [Fact]
    public void A_position_that_is_not_there_is_refused_and_leaves_no_entry()
    {
        var queue = Create(maxSubscriptions: 1);
        for (int i = 0; i < 20; i++) queue.TryEnqueue(P(i)).ShouldBeTrue();
        var overwritten = Should.Throw<ShmQueuePositionException>(() => queue.Subscribe(SubscribeFrom.Position(3), null));
        overwritten.Position.ShouldBe(3);
        overwritten.End.ShouldBe(20);
        overwritten.Oldest.ShouldBeInRange(12, 13);
        Should.Throw<ShmQueuePositionException>(() => queue.Subscribe(SubscribeFrom.Position(21), null)).End.ShouldBe(20);
        Should.Throw<ShmQueuePositionException>(() => queue.Subscribe("named", SubscribeFrom.Position(long.MaxValue), null));
        Should.Throw<ArgumentOutOfRangeException>(() => SubscribeFrom.Position(-1));
        queue.Subscriptions.ShouldBeEmpty();
        queue.Subscribe(SubscribeFrom.Oldest, null).Dispose();
    }

    [Fact]
    public void Behind_what_is_being_written_no_position_is_sent_yet()
    {
        var queue = Create();
        queue.TryEnqueue(Parcels(0, 2)).ShouldBe(2);
        queue.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
        if (!OneProducer) queue.TryEnqueue(P(3)).ShouldBeTrue();
        using var atIt = queue.Subscribe(SubscribeFrom.Position(2), null);
        var behind = Should.Throw<ShmQueuePositionException>(() => queue.Subscribe(SubscribeFrom.Position(3), null));
        (behind.Position, behind.Oldest, behind.End).ShouldBe((3, 0, 2));
        writer.Value = P(2);
        writer.Commit();
        using var now = queue.Subscribe(SubscribeFrom.Position(3), null);
        Drain(atIt).ShouldBe(Range(2, OneProducer ? 1 : 2));
        Drain(now).ShouldBe(Range(3, OneProducer ? 0 : 1));
    }

    /// <summary>As after a death, or a pause, between one producer's word and its tail.</summary>
    [Fact]
    public void A_position_that_another_subscription_has_come_to_is_there_even_if_tail_lags_behind_it()
    {
        if (!OneProducer) return; // many claim by tail
        const long TailAt = 512;
        var queue = Create();
        using var first = queue.Subscribe(SubscribeFrom.Oldest, null);
        queue.TryEnqueue(Parcels(0, 3)).ShouldBe(3);
        Spoiler.Write(File, TailAt, Spoiler.ReadWord(File, TailAt) - 1);
        Drain(first).ShouldBe(Range(0, 3));
        using var second = queue.Subscribe(SubscribeFrom.Position(first.Position), null);
        second.Position.ShouldBe(3);
        Should.Throw<ShmQueuePositionException>(() => queue.Subscribe(SubscribeFrom.Position(4), null)).End.ShouldBe(3);
    }

    [Fact]
    public void One_subscription_too_many_is_refused_and_the_others_lose_nothing()
    {
        var queue = Create(maxSubscriptions: 2);
        using var first = queue.Subscribe(SubscribeFrom.Oldest, null);
        using var second = queue.Subscribe("named", SubscribeFrom.Oldest, null);
        Should.Throw<ShmQueueLimitException>(() => queue.Subscribe(SubscribeFrom.Oldest,
            null)).Message.ShouldContain("MaxSubscriptions (2)");
        Should.Throw<ShmQueueLimitException>(() => queue.Subscribe("other", SubscribeFrom.Oldest, null));
        queue.TryEnqueue(P(1)).ShouldBeTrue();
        Drain(first).ShouldBe([1]);
        Drain(second).ShouldBe([1]);
        first.Dispose();
        queue.Subscribe(SubscribeFrom.Oldest, null).Dispose();
    }

    [Fact]
    public void A_subscription_shows_in_the_list_and_goes_with_its_handle()
    {
        var queue = Create();
        var other = Open();
        using var mine = queue.Subscribe(SubscribeFrom.Oldest, new SubscriptionOptions { Lossy = true });
        other.Subscribe("billing", SubscribeFrom.Oldest, null);
        queue.TryEnqueue(Parcels(0, 3)).ShouldBe(3);
        mine.TryDequeue(out _).ShouldBeTrue();
        var listed = queue.Subscriptions;
        listed.Count.ShouldBe(2);
        ShmQueueSubscription lossy = listed.Single(s => s.Name == null), named = listed.Single(s => s.Name != null);
        (lossy.IsLossy, lossy.IsAlive, lossy.ProcessId, lossy.Position, lossy.Lag, lossy.Missed)
            .ShouldBe((true, true, Environment.ProcessId, 1, 2, 0));
        (named.Name, named.IsLossy, named.IsAlive, named.Position, named.Lag).ShouldBe(("billing", false, true, 0, 3));
        other.Dispose();
        var left = queue.Subscriptions.Single(s => s.Name != null);
        (left.IsAlive, left.ProcessId).ShouldBe((false, 0));
        mine.Dispose();
        queue.Subscriptions.Single().Name.ShouldBe("billing");
    }

    [Fact]
    public void Completion_reaches_each_subscriber_when_it_has_drained()
    {
        var queue = Create();
        using var slow = queue.Subscribe(SubscribeFrom.Oldest, null);
        queue.TryEnqueue(Parcels(0, 2)).ShouldBe(2);
        queue.Complete();
        queue.IsCompleted.ShouldBeTrue();
        slow.IsCompleted.ShouldBeFalse();
        slow.Dequeue(default).ShouldBe(P(0));
        slow.Dequeue(default).ShouldBe(P(1));
        slow.IsCompleted.ShouldBeTrue();
        Should.Throw<ShmQueueCompletedException>(() => slow.Dequeue(default));
        slow.TryDequeue(out _).ShouldBeFalse();
        slow.TryDequeue(out _, Worker.Patience).ShouldBeFalse();
        Should.Throw<ShmQueueCompletedException>(() => queue.Enqueue(P(2), default));
        using var late = queue.Subscribe(SubscribeFrom.Oldest, null);
        Drain(late).ShouldBe([0, 1]);
    }

    [Fact]
    public void A_queue_and_a_broadcast_queue_do_not_open_each_other()
    {
        Create();
        Should.Throw<ShmQueueSchemaMismatchException>(() =>
            TypedQueue<Parcel, TProducers, ManyConsumers>
                .Open(Contracts.Parcel<TProducers, ManyConsumers>(), Name, Folder.Options)).Message.ShouldContain("Delivery = Broadcast");
    }

    [Fact]
    public void Use_after_Dispose_is_said()
    {
        var queue = Create();
        var subscription = queue.Subscribe(SubscribeFrom.Oldest, null);
        var named = queue.Subscribe("named", SubscribeFrom.Oldest, null);
        subscription.Dispose();
        subscription.Dispose();
        Should.Throw<ObjectDisposedException>(() => subscription.TryDequeue(out _)).SaysOf(Name);
        Should.Throw<ObjectDisposedException>(() => subscription.Lag).SaysOf(Name);
        queue.Dispose();
        Should.Throw<ObjectDisposedException>(() => named.Dequeue(default)).SaysOf(Name);
        Should.Throw<ObjectDisposedException>(() => queue.Subscribe(SubscribeFrom.Oldest, null)).SaysOf(Name);
        Should.Throw<ObjectDisposedException>(() => queue.Subscriptions).SaysOf(Name);
        Should.Throw<ObjectDisposedException>(() => queue.RemoveSubscription("named")).SaysOf(Name);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".hidden")]
    [InlineData("two words")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123")]
    public void A_name_that_is_none_is_refused(string name)
    {
        var queue = Create();
        Should.Throw<ArgumentException>(() => queue.Subscribe(name, SubscribeFrom.Oldest, null)).ParamName.ShouldBe("name");
        Should.Throw<ArgumentException>(() => queue.RemoveSubscription(name)).ParamName.ShouldBe("name");
    }
}

public sealed class SubscribeTests_ManyProducers : SubscribeTests<ManyProducers>;
public sealed class SubscribeTests_OneProducer : SubscribeTests<OneProducer>;

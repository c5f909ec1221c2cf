#if DEBUG
using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Lifetime;

/// <summary>A Dispose that an exception ends on its way, before each of its steps: the next one ends the work.</summary>
public abstract class InterruptedEndTests<TProducers, TConsumers> : QueueTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    [Fact]
    public void Dispose_that_threw_is_ended_by_the_next()
    {
        var watcher = Create();
        int step = 1;
        for (; ; step++)
        {
            var queue = Open();
            queue.TryEnqueue(P(step)).ShouldBeTrue();
            queue.TryDequeue(out _).ShouldBeTrue();
            queue.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
            Task<Parcel>? pending = null;
            // The one consumer that takes by a store looks for itself while a call is pending.
            if (!OneConsumer) pending = queue.DequeueAsync(default).AsTask();
            bool threw = InterruptedEnd.Throws(step, queue.Dispose);
            queue.Dispose();
            watcher.GetStatistics().Participants.Count(p => p.IsAlive).ShouldBe(1, $"step {step}");
            if (pending != null) Should.Throw<ObjectDisposedException>(() => pending.Ended());
            if (!threw) break;
        }

        step.ShouldBeGreaterThan(6);
        // Roles for one were given back.
        watcher.TryEnqueue(P(0)).ShouldBeTrue();
        Drain(watcher).ShouldBe([0]);
    }
}

/// <summary>The same for subscriptions, which end with their queue's handle.</summary>
public abstract class InterruptedEndOfSubscriptionTests<TProducers> : BroadcastTests<TProducers>
    where TProducers : struct, IProducerRole
{
    [Fact]
    public void Dispose_that_threw_is_ended_by_the_next()
    {
        var watcher = Create(capacity: 4, maxSubscriptions: 2);
        int step = 1;
        for (bool threw = true; threw; step++)
        {
            var queue = Open();
            var subscription = queue.Subscribe(SubscribeFrom.Latest, null);
            var named = queue.Subscribe("named", SubscribeFrom.Latest, null);
            threw = InterruptedEnd.Throws(step, queue.Dispose);
            queue.Dispose();
            Should.Throw<ObjectDisposedException>(() => subscription.TryDequeue(out _));
            Should.Throw<ObjectDisposedException>(() => named.TryDequeue(out _));
            watcher.GetStatistics().Participants.Count(p => p.IsAlive).ShouldBe(1, $"step {step}");
            watcher.Subscriptions.Select(s => (s.Name, s.IsAlive)).ShouldBe([("named", false)], $"step {step}");
        }

        step.ShouldBeGreaterThan(10);
    }

    [Fact]
    public void Subscription_whose_end_threw_is_ended_by_the_next()
    {
        var queue = Create(capacity: 4, maxSubscriptions: 1);
        int step = 1;
        for (bool threw = true; threw; step++)
        {
            var subscription = queue.Subscribe(SubscribeFrom.Latest, null);
            threw = InterruptedEnd.Throws(step, subscription.Dispose);
            // Whoever has the entry by now keeps it.
            TypedSubscription<Parcel>? other = queue.Subscriptions.Count == 0 ? queue.Subscribe(SubscribeFrom.Latest, null) : null;
            subscription.Dispose();
            queue.Subscriptions.Count.ShouldBe(other == null ? 0 : 1, $"step {step}");
            other?.Dispose();
        }

        step.ShouldBeGreaterThan(3);
    }

    /// <summary>Nothing is taken by a call that has no memory for what it hands out.</summary>
    [Theory]
    [InlineData("subscription: made")]
    [InlineData("subscription: handed out")]
    public void Subscribe_that_throws_leaves_the_entry_free(string where)
    {
        var queue = Create(capacity: 4, maxSubscriptions: 1);
        Steps.Risked = label =>
        {
            if (string.Equals(label, where, StringComparison.Ordinal)) throw new InvalidDataException(label);
        };
        try
        {
            Should.Throw<InvalidDataException>(() => queue.Subscribe(SubscribeFrom.Latest, null));
            Should.Throw<InvalidDataException>(() => queue.Subscribe("named", SubscribeFrom.Latest, null));
        }
        finally
        {
            Steps.Risked = null;
        }

        if (queue.Subscriptions.Count > 0) queue.RemoveSubscription("named").ShouldBeTrue(); // it had begun
        using var subscription = queue.Subscribe(SubscribeFrom.Latest, null);
        queue.TryEnqueue(P(1)).ShouldBeTrue();
        Drain(subscription).ShouldBe([1]);
    }
}

internal static class InterruptedEnd
{
    /// <summary>Has the k-th step of an end throw. False: it has no so many.</summary>
    public static bool Throws(int step, Action end)
    {
        int met = 0;
        bool threw = false;
        Steps.Reached = label =>
        {
            // What a wake does cannot throw.
            if (!label.StartsWith("dispose:", StringComparison.Ordinal) && !label.StartsWith("detach:", StringComparison.Ordinal)
                && !label.StartsWith("subscription:", StringComparison.Ordinal)) return;
            if (++met != step) return;
            threw = true;
            throw new InvalidDataException(label);
        };
        try
        {
            if (Record.Exception(end) is { } error) error.ShouldBeOfType<InvalidDataException>();
        }
        finally
        {
            Steps.Reached = null;
        }

        return threw;
    }
}

public sealed class InterruptedEndTests_ManyProducers_ManyConsumers : InterruptedEndTests<ManyProducers, ManyConsumers>;

public sealed class InterruptedEndTests_ManyProducers_OneConsumer : InterruptedEndTests<ManyProducers, OneConsumer>;

public sealed class InterruptedEndTests_OneProducer_OneWaitingConsumer : InterruptedEndTests<OneProducer, OneWaitingConsumer>;

public sealed class InterruptedEndOfSubscriptionTests_ManyProducers : InterruptedEndOfSubscriptionTests<ManyProducers>;

public sealed class InterruptedEndOfSubscriptionTests_OneProducer : InterruptedEndOfSubscriptionTests<OneProducer>;
#endif

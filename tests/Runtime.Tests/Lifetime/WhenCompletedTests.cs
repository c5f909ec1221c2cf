using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Lifetime;

/// <summary>A name whose queue was completed and drained can be used again: by whoever asks for it, and without losing a message.</summary>
public abstract class WhenCompletedTests<TProducers, TConsumers> : QueueTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    private ShmQueueOptions Replacing => Folder.Options with { WhenCompleted = WhenCompleted.Replace, Capacity = 8 };

    [Fact]
    public void A_program_that_completes_its_queue_runs_again()
    {
        for (int run = 0; run < 3; run++)
        {
            using var producer = OpenOrCreate(Replacing);
            using var consumer = OpenOrCreate(Replacing);
            producer.Enqueue(Parcels(run, 3), default);
            producer.Complete();
            Drain(consumer).ShouldBe(Range(run, 3));
            consumer.IsCompleted.ShouldBeTrue();
        }
    }

    [Fact]
    public void Without_the_option_it_stays_completed()
    {
        using (var first = Create()) first.Complete();
        using var second = OpenOrCreate(Folder.Options);
        Should.Throw<ShmQueueCompletedException>(() => second.TryEnqueue(P(1)));
        // Only OpenOrCreate looks at the option.
        using var third = Folder.Track(TypedQueue<Parcel, TProducers, TConsumers>.Open(Contract, Name, Replacing));
        third.IsCompleted.ShouldBeTrue();
        Should.Throw<ShmQueueExistsException>(() => TypedQueue<Parcel, TProducers, TConsumers>.Create(Contract, Name, Replacing));
    }

    [Fact]
    public void What_is_left_is_not_lost()
    {
        using (var first = Create())
        {
            first.Enqueue(Parcels(0, 2), default);
            first.Complete();
        }

        using (var second = OpenOrCreate(Replacing)) second.TryDequeue(out _).ShouldBeTrue();
        using (var third = OpenOrCreate(Replacing)) Drain(third).ShouldBe([1]);
        using var fresh = OpenOrCreate(Replacing);
        fresh.IsCompleted.ShouldBeFalse();
        fresh.TryEnqueue(P(7)).ShouldBeTrue();
    }

    [Fact]
    public void An_empty_queue_that_was_not_completed_is_kept()
    {
        using var first = Create(capacity: 4);
        first.Enqueue(P(1), default);
        Drain(first);
        using var second = OpenOrCreate(Replacing);
        second.Capacity.ShouldBe(4);
        first.IsDeleted.ShouldBeFalse();
    }

    [Fact]
    public void The_new_queue_has_these_options_and_the_old_one_stays_with_its_handles()
    {
        using var old = Create(capacity: 4);
        old.Complete();
        using var fresh = OpenOrCreate(Replacing with { Capacity = 16 });
        fresh.Capacity.ShouldBe(16);
        fresh.TryEnqueue(P(1)).ShouldBeTrue();
        old.IsDeleted.ShouldBeTrue();
        old.IsCompleted.ShouldBeTrue();
        old.Count.ShouldBe(0);
        Drain(fresh).ShouldBe([1]);
    }

    [Fact]
    public void A_claim_that_was_given_up_is_no_message()
    {
        using (var first = Create())
        {
            first.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
            writer.Dispose();
            first.Complete();
        }

        using var fresh = OpenOrCreate(Replacing);
        fresh.TryEnqueue(P(1)).ShouldBeTrue();
    }

    /// <summary>Whoever replaces it, they all meet in one queue, and none of its messages is in another.</summary>
    [Fact]
    public void Those_who_replace_it_at_once_meet_in_one_queue()
    {
        const int Openers = 4, Rounds = 50;
        for (int round = 0; round < Rounds; round++)
        {
            using (var first = OpenOrCreate(Replacing)) first.Complete();
            var all = new TypedQueue<Parcel, TProducers, TConsumers>[Openers];
            using Barrier start = new(Openers);
            Worker[] openers = [.. Enumerable.Range(0, Openers).Select(i => Worker.Start(() =>
            {
                start.SignalAndWait();
                all[i] = OpenOrCreate(Replacing);
            }))];
            foreach (Worker opener in openers) opener.Join();
            all[0].Enqueue(P(round), default);
            foreach (var one in all) one.Count.ShouldBe(1);
            Drain(all[^1]).ShouldBe([round]);
            all[0].Complete();
            foreach (var one in all) one.Dispose();
            Folder.Content.ShouldBe([Name]);
        }
    }

    private TypedQueue<Parcel, TProducers, TConsumers> OpenOrCreate(ShmQueueOptions options) =>
        Folder.Track(TypedQueue<Parcel, TProducers, TConsumers>.OpenOrCreate(Contract, Name, options));
}

public sealed class WhenCompletedTests_ManyProducers_ManyConsumers : WhenCompletedTests<ManyProducers, ManyConsumers>;
public sealed class WhenCompletedTests_OneProducer_OneConsumer : WhenCompletedTests<OneProducer, OneConsumer>;
public sealed class WhenCompletedTests_ManyProducers_OneWaitingConsumer : WhenCompletedTests<ManyProducers, OneWaitingConsumer>;

/// <summary>
/// A broadcast queue keeps what everybody has taken: it is used up when every subscription is at its end, and one has been there.
/// </summary>
public abstract class WhenCompletedBroadcastTests<TProducers> : BroadcastTests<TProducers>
    where TProducers : struct, IProducerRole
{
    private ShmQueueOptions Replacing => Folder.Options with { WhenCompleted = WhenCompleted.Replace, Capacity = 8 };

    [Fact]
    public void Taken_by_everybody_it_is_replaced()
    {
        for (int run = 0; run < 3; run++)
        {
            using var queue = OpenOrCreate();
            using (var one = queue.Subscribe(SubscribeFrom.Oldest, null))
            using (var other = queue.Subscribe(SubscribeFrom.Oldest, null))
            {
                queue.Enqueue(Parcels(run, 3), default);
                queue.Complete();
                Drain(one).ShouldBe(Range(run, 3));
                Drain(other).ShouldBe(Range(run, 3));
            }
        }
    }

    [Fact]
    public void What_nobody_has_taken_is_kept_for_who_comes_late()
    {
        using (var first = OpenOrCreate())
        {
            first.Enqueue(Parcels(0, 3), default);
            first.Complete();
        }

        using (var second = OpenOrCreate())
        {
            using var late = second.Subscribe(SubscribeFrom.Oldest, null);
            Drain(late).ShouldBe([0, 1, 2]);
        }

        using var fresh = OpenOrCreate();
        fresh.IsCompleted.ShouldBeFalse();
    }

    [Fact]
    public void Without_a_message_it_is_replaced()
    {
        using (var first = OpenOrCreate()) first.Complete();
        using var fresh = OpenOrCreate();
        fresh.TryEnqueue(P(1)).ShouldBeTrue();
    }

    [Fact]
    public void A_subscription_that_is_not_at_its_end_keeps_it()
    {
        using var first = OpenOrCreate();
        var absent = first.Subscribe("absent", SubscribeFrom.Oldest, null);
        using var present = first.Subscribe(SubscribeFrom.Oldest, null);
        first.Enqueue(Parcels(0, 3), default);
        first.Complete();
        absent.Dispose();
        Drain(present).ShouldBe([0, 1, 2]);

        using (var second = OpenOrCreate())
        {
            second.IsCompleted.ShouldBeTrue();
            using var again = second.Subscribe("absent", SubscribeFrom.Oldest, null);
            again.TryDequeue(out _).ShouldBeTrue();
            using var stillThere = OpenOrCreate();
            stillThere.IsCompleted.ShouldBeTrue();
            Drain(again).ShouldBe([1, 2]);
        }

        using var fresh = OpenOrCreate();
        fresh.IsCompleted.ShouldBeFalse();
        first.IsDeleted.ShouldBeTrue();
    }

    private TypedBroadcast<Parcel, TProducers> OpenOrCreate() =>
        Folder.Track(TypedBroadcast<Parcel, TProducers>.OpenOrCreate(Contract, Name, Replacing));
}

public sealed class WhenCompletedBroadcastTests_ManyProducers : WhenCompletedBroadcastTests<ManyProducers>;
public sealed class WhenCompletedBroadcastTests_OneProducer : WhenCompletedBroadcastTests<OneProducer>;

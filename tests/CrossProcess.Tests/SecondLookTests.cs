using TypedShmQueue.CrossProcess.Tests.Support;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>
/// E3, the parker's side: what is published at any moment up to its announcement's fence is found by the look after it, so nobody parks. No
/// time tells it: a lost wake would show as a stay in the kernel, and those are counted.
/// </summary>
public abstract class SecondLookTests<TProducers, TConsumers> : CrossProcessTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    public static TheoryData<string> Moments => ["park: epoch read", "park: announced", "park: fenced"];

    [LabelTheory]
    [MemberData(nameof(Moments))]
    public void Message_sent_before_the_second_look_is_taken_without_parking(string moment)
    {
        var queue = Create(capacity: 16);
        using var sender = TypedQueue<Parcel, TProducers, TConsumers>.Open(Contract, Name, Folder.Options);
        Parcel taken = default;
        Worker.Run(() => At(moment, () => sender.TryEnqueue(new Parcel(1, 0)).ShouldBeTrue(), () => taken = queue.Dequeue(default)));
        taken.ShouldBe(new Parcel(1, 0));
        queue.GetStatistics().Parked.ShouldBe(0);
    }

    [LabelTheory]
    [MemberData(nameof(Moments))]
    public void Message_sent_before_the_second_look_ends_the_wait_of_a_set_without_parking(string moment)
    {
        var queue = Create(capacity: 16);
        var quiet = Create(capacity: 16, ShmQueueName.NewUnique());
        using var sender = TypedQueue<Parcel, TProducers, TConsumers>.Open(Contract, Name, Folder.Options);
        using ShmWaitSet set = new(WaitPolicy.Park);
        // At the other's announcement this one is not announced yet, or has been: the fence after both is for both.
        set.Add(quiet);
        set.Add(queue);
        Worker.Run(() =>
        {
            bool parks = false;
            At(moment, () => sender.TryEnqueue(new Parcel(1, 0)).ShouldBeTrue(), () => set.Wait()[0].ShouldBeSameAs(queue),
                label => parks |= string.Equals(label, "park: at many gates", StringComparison.Ordinal));
            parks.ShouldBeFalse();
            queue.TryDequeue(out _).ShouldBeTrue();

            // The announcements stand, so a wait that finds nothing announces nothing: what is sent before it parks raises the epoch.
            At("park: at many gates", () => sender.TryEnqueue(new Parcel(1, 1)).ShouldBeTrue(), () => set.Wait()[0].ShouldBeSameAs(queue));
            queue.TryDequeue(out Parcel taken).ShouldBeTrue();
            taken.ShouldBe(new Parcel(1, 1));
        });
    }

    [LabelTheory]
    [MemberData(nameof(Moments))]
    public void Room_made_before_the_second_look_is_used_without_parking(string moment)
    {
        var queue = Create(capacity: 2);
        using var taker = TypedQueue<Parcel, TProducers, TConsumers>.Open(Contract, Name, Folder.Options);
        for (int i = 0; i < 2; i++) queue.TryEnqueue(new Parcel(1, i)).ShouldBeTrue();
        Worker.Run(() => At(moment, () => taker.TryDequeue(out _).ShouldBeTrue(), () => queue.Enqueue(new Parcel(1, 2), default)));
        for (int i = 1; i < 3; i++) taker.Dequeue(default).ShouldBe(new Parcel(1, i));
        queue.GetStatistics().Parked.ShouldBe(0);
    }

    /// <summary>Does the one thing when this thread comes to the step, once, in the middle of the other.</summary>
    private static void At(string moment, Action meanwhile, Action call, Action<string>? reached = null)
    {
        bool done = false;
        Steps.Reached = label =>
        {
            reached?.Invoke(label);
            if (done || !string.Equals(label, moment, StringComparison.Ordinal)) return;
            done = true;
            meanwhile();
        };
        call();
        Steps.Reached = null;
        done.ShouldBeTrue();
    }
}

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
    private static void At(string moment, Action meanwhile, Action call)
    {
        bool done = false;
        Steps.Reached = label =>
        {
            if (done || !string.Equals(label, moment, StringComparison.Ordinal)) return;
            done = true;
            meanwhile();
        };
        call();
        Steps.Reached = null;
        done.ShouldBeTrue();
    }
}

using TypedShmQueue.Runtime.Tests.Support;

namespace TypedShmQueue.Runtime.Tests.Calls;

/// <summary>
/// Threads that may run on one processor only, of a machine that has more: they park at once where they share it with whoever they wait
/// for, and spin where they do not. Nothing but spinning tells the two apart.
/// </summary>
public sealed class ProcessorTests : IDisposable
{
    private const int Rounds = 4000;

    private readonly QueueContract _contract = Contracts.Parcel<ManyProducers, ManyConsumers>();
    private readonly QueueFolder _folder = new();

    private readonly string _there = ShmQueueName.NewUnique();
    private readonly string _back = ShmQueueName.NewUnique();

    public void Dispose() => _folder.Dispose();

    [ProcessorsFact(2)]
    public void Those_who_share_a_processor_park()
    {
        int processor = Affinity.Allowed[0];
        Play(processor, processor, back => back.Session.ConsumerPacing.SpinsAtAll, playsOn: (round, _) =>
            round < Rounds, out bool spins, out long parked);
        spins.ShouldBeFalse();
        // One of the two waits while the other runs: which of them, the scheduler decides each time.
        parked.ShouldBeGreaterThan(Rounds * 3 / 4);
    }

    [ProcessorsFact(2)]
    public void Those_on_different_processors_spin()
    {
        // As long as it takes them to find out: a machine that is busy may hold it up.
        Play(Affinity.Allowed[0], Affinity.Allowed[1], back => back.Session.ConsumerPacing.SpinsAtAll, playsOn: (_, spin) =>
            !spin, out bool spins, out _);
        spins.ShouldBeTrue();
    }

    [ProcessorsFact(2)]
    public void Whoever_asked_to_spin_or_to_park_does_so_on_one_processor_too() => Worker.Run(() =>
    {
        Affinity.Pin(Affinity.Allowed[0]);
        foreach (WaitPolicy policy in (WaitPolicy[])[WaitPolicy.Spin, WaitPolicy.Park])
        {
            var queue = Open(_there, policy);
            for (int i = 0; i < 100; i++) queue.TryDequeue(out _, TimeSpan.Zero).ShouldBeFalse();
            queue.Session.ConsumerPacing.SpinsAtAll.ShouldBe(policy == WaitPolicy.Spin);
        }
    });

    [ProcessorsFact(2)]
    public void Processors_that_are_given_or_taken_later_count() => Worker.Run(() =>
    {
        var queue = Open(_there, WaitPolicy.Adaptive);
        Affinity.Pin(Affinity.Allowed[0]);
        WaitUntil(queue, spins: false);
        Affinity.Pin([.. Affinity.Allowed]);
        WaitUntil(queue, spins: true);
    });

    private static void WaitUntil(TypedQueue<Parcel, ManyProducers, ManyConsumers> queue, bool spins)
    {
        const int Most = 10_000;
        for (int i = 0; i < Most && queue.Session.ConsumerPacing.SpinsAtAll != spins; i++)
            queue.TryDequeue(out _, TimeSpan.Zero).ShouldBeFalse();
        queue.Session.ConsumerPacing.SpinsAtAll.ShouldBe(spins);
    }

    /// <summary>Sends there and back, round by round, between two threads on these processors.</summary>
    private void Play(int here, int yonder, Func<TypedQueue<Parcel, ManyProducers, ManyConsumers>, bool> looks,
        Func<int, bool, bool> playsOn, out bool spins, out long parked)
    {
        Worker echo = Worker.Start(() =>
        {
            Affinity.Pin(yonder);
            var there = Open(_there, WaitPolicy.Adaptive);
            var back = Open(_back, WaitPolicy.Adaptive);
            while (there.TryDequeue(out Parcel parcel, Timeout.InfiniteTimeSpan)) back.Enqueue(parcel, default);
        });
        bool spun = false;
        long stays = 0;
        Worker.Run(() =>
        {
            Affinity.Pin(here);
            var there = Open(_there, WaitPolicy.Adaptive);
            var back = Open(_back, WaitPolicy.Adaptive);
            for (int round = 0; playsOn(round, spun); round++)
            {
                there.Enqueue(new Parcel(1, round), default);
                back.Dequeue(default).ShouldBe(new Parcel(1, round));
                spun = looks(back);
            }

            stays = new[] { there, back }.Sum(static queue => queue.GetStatistics().Participants.Sum(static p => p.Parked));
            there.Complete();
        });
        echo.Join();
        (spins, parked) = (spun, stays);
    }

    private TypedQueue<Parcel, ManyProducers, ManyConsumers> Open(string name, WaitPolicy wait) =>
        _folder.Track(TypedQueue<Parcel, ManyProducers, ManyConsumers>.OpenOrCreate(_contract, name, _folder.Options with { Wait = wait }));
}

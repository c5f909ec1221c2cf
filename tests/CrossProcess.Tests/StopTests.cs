using System.Globalization;
using TypedShmQueue.CrossProcess.Tests.Support;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>A paused process is alive: nothing of its is taken from it, however long it sleeps.</summary>
public abstract class StopTests<TProducers, TConsumers> : CrossProcessTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    /// <summary>How long the pause is, in seconds; the long form has 30.</summary>
    private const string PauseVariable = "TSQ_PAUSE_SECONDS";

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(
        double.Parse(Environment.GetEnvironmentVariable(PauseVariable) ?? "1", CultureInfo.InvariantCulture));

    [Fact]
    public void Producer_stopped_in_a_claim_keeps_it()
    {
        var queue = Create(capacity: 16);
        using PeerProcess peer = Peer("claim", "1");
        peer.Hear("claimed");
        peer.Stop();
        if (!OneProducer) queue.Enqueue(new Parcel(2, 0), default);
        for (int i = 0; i < 5000; i++) queue.TryDequeue(out _).ShouldBeFalse();
        if (OneProducer)
            Should.Throw<ShmQueueRoleTakenException>(() => queue.TryEnqueue(new Parcel(2, 0))).HolderProcessId.ShouldBe(peer.Id);

        // Who waits for the claim parks, again and again, and says so.
        Parcel taken = default;
        Worker waiting = Worker.Start(() => taken = queue.Dequeue(default));
        Worker.WaitUntil(() => Parked(queue) >= 3, "a consumer that goes on waiting");
        Thread.Sleep(s_pause);
        waiting.IsRunning.ShouldBeTrue();
        ShmQueueStatistics statistics = queue.GetStatistics();
        statistics.Abandoned.ShouldBe(0);
        statistics.Participants.Count(p => p.IsAlive).ShouldBe(2);

        peer.Continue();
        peer.Tell("commit");
        peer.Hear("committed");
        waiting.Join();
        taken.ShouldBe(new Parcel(100, 1));
        if (!OneProducer) queue.Dequeue(default).ShouldBe(new Parcel(2, 0));
        peer.WaitForSuccess();
        queue.GetStatistics().Abandoned.ShouldBe(0);
        Pass(queue, 100);
    }

    [Fact]
    public void Parked_consumer_stopped_keeps_its_role_and_nothing_else()
    {
        var queue = Create(capacity: 16);
        using PeerProcess peer = Peer("take");
        peer.Hear("ready");
        Worker.WaitUntil(() => queue.GetStatistics().Participants.Any(p => !p.IsSelf && p.Parked > 0), "a parked consumer");
        peer.Stop();
        // Of many consumers the others take all; one alone is waited for.
        if (!OneConsumer)
        {
            Pass(queue, 100);
        }
        else
        {
            Should.Throw<ShmQueueRoleTakenException>(() => queue.TryDequeue(out _)).HolderProcessId.ShouldBe(peer.Id);
            queue.Enqueue(new Parcel(1, 100), default);
        }

        Thread.Sleep(s_pause);
        queue.GetStatistics().Participants.Count(p => p.IsAlive).ShouldBe(2);
        peer.Continue();
        if (!OneConsumer) queue.Enqueue(new Parcel(1, 100), default);
        peer.Hear("1 100");
        queue.Complete();
        peer.Hear("end");
        peer.WaitForSuccess();
    }

    private static long Parked(TypedQueue<Parcel, TProducers, TConsumers> queue) =>
        queue.GetStatistics().Participants.Single(p => p.IsSelf).Parked;
}

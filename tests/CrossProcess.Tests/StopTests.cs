using TypedShmQueue.CrossProcess.Tests.Support;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>A paused process is alive: nothing of its is taken from it, however long it sleeps.</summary>
public abstract class StopTests<TProducers, TConsumers> : CrossProcessTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    [Fact]
    public void Producer_stopped_in_a_claim_keeps_it()
    {
        var queue = Create(capacity: 16);
        using PeerProcess peer = Peer("claim", "1");
        peer.Hear("claimed");
        peer.Stop();
        if (!OneProducer) queue.Enqueue(new Parcel(2, 0), default);
        queue.TryDequeue(out _, TimeSpan.FromSeconds(1)).ShouldBeFalse();
        for (int i = 0; i < 5000; i++) queue.TryDequeue(out _).ShouldBeFalse();
        if (OneProducer) Should.Throw<ShmQueueRoleTakenException>(() => queue.TryEnqueue(new Parcel(2, 0))).HolderProcessId.ShouldBe(peer.Id);
        queue.Statistics.Abandoned.ShouldBe(0);
        queue.Statistics.Participants.Count(p => p.IsAlive).ShouldBe(2);

        peer.Continue();
        peer.Tell("commit");
        peer.Hear("committed");
        queue.Dequeue(default).ShouldBe(new Parcel(100, 1));
        if (!OneProducer) queue.Dequeue(default).ShouldBe(new Parcel(2, 0));
        peer.WaitForSuccess();
        queue.Statistics.Abandoned.ShouldBe(0);
        Pass(queue, 100);
    }
}

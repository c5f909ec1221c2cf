using System.Globalization;
using TypedShmQueue.CrossProcess.Tests.Support;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>One consumer of another process over many queues of this one.</summary>
public sealed class WaitSetProcessTests : CrossProcessTests<ManyProducers, ManyConsumers>
{
    private const int Queues = 5;

    [Theory]
    [InlineData("wait")]
    [InlineData("await")]
    [InlineData("wait", "--no-membarrier")]
    [InlineData("await", "--no-membarrier")]
    [InlineData("wait", "--no-futex-waitv")]
    [InlineData("await", "--no-futex-waitv")]
    public void Each_message_is_taken_when_it_comes(string how, params string[] without)
    {
        var queues = CreateAll(capacity: 4);
        using PeerProcess peer = Peer("set-take", string.Create(CultureInfo.InvariantCulture, $"{Queues}:{how}"), without);
        peer.Hear("ready");
        for (int i = 0; i < 60; i++)
        {
            // The peer has parked by then, is about to, or still looks.
            Thread.Sleep(i % 3 * 5);
            queues[i * 3 % Queues].Enqueue(new Parcel(i * 3 % Queues, i), default);
            peer.Hear(string.Create(CultureInfo.InvariantCulture, $"{i * 3 % Queues} {i}"));
        }

        foreach (var queue in queues) queue.Complete();
        peer.Hear("end");
        peer.WaitForSuccess();
    }

    [Theory]
    [InlineData("wait")]
    [InlineData("await")]
    public void Death_of_a_parked_set_loses_no_wake_of_others(string how)
    {
        var queues = CreateAll(capacity: 4);
        for (int round = 0; round < 3; round++)
        {
            using PeerProcess peer = Peer("set-take", string.Create(CultureInfo.InvariantCulture, $"{Queues}:{how}"));
            peer.Hear("ready");
            foreach (var queue in queues)
                Worker.WaitUntil(() => queue.GetStatistics().Participants.Any(p => !p.IsSelf && p.Parked > 0), "the peer's announcement");
            Worker[] takers = Worker.StartMany(Queues, i => queues[i].Dequeue(default).Sequence.ShouldBe(round));
            foreach (var queue in queues)
                Worker.WaitUntil(() => queue.GetStatistics().Participants.Any(p => p.IsSelf && p.Parked > 0), "the other consumer's park");
            peer.Kill();
            for (int i = 0; i < Queues; i++) queues[i].Enqueue(new Parcel(i, round), default);
            foreach (Worker taker in takers) taker.Join();
        }
    }

    private TypedQueue<Parcel, ManyProducers, ManyConsumers>[] CreateAll(int capacity) =>
        [.. Enumerable.Range(0, Queues).Select(i => Create(capacity, string.Create(CultureInfo.InvariantCulture, $"{Name}.{i}")))];
}

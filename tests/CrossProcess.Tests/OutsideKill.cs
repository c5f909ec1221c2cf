using TypedShmQueue.CrossProcess.Tests.Support;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>
/// A peer that somebody outside kills: tests/on-windows does it with <c>kill -9</c>, of which Wine knows nothing. The peer dies in two
/// claims, and the message behind them must come.
/// </summary>
internal static class OutsideKill
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    public static int Run()
    {
        using QueueFolder folder = new();
        using var queue = TypedQueue<Parcel, ManyProducers, ManyConsumers>
            .Create(Contracts.Parcel<ManyProducers, ManyConsumers>(), "q", folder.Options);
        using PeerProcess peer = PeerProcess.Start(["claim", nameof(ManyProducers), nameof(ManyConsumers), folder.Location, "q", "2"]);
        peer.Hear("claimed");
        Parcel sent = new(1, 1);
        queue.Enqueue(sent, default);
        Console.WriteLine("kill " + Path.GetFileName(folder.Location));
        queue.TryDequeue(out Parcel taken, s_patience).ShouldBeTrue("the message behind the claims comes");
        taken.ShouldBe(sent);
        ShmQueueStatistics statistics = queue.GetStatistics();
        statistics.Recovered.ShouldBe(2);
        statistics.Participants.Count(static p => p.IsAlive).ShouldBe(1);
        Console.WriteLine("recovered");
        return 0;
    }
}

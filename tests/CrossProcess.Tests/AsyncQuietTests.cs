using System.Globalization;
using TypedShmQueue.CrossProcess.Tests.Support;
using Xunit.Abstractions;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>A crowd of pending readers costs one thread and no CPU, and when it has gone, not even the thread.</summary>
public sealed class AsyncQuietTests(ITestOutputHelper output) : CrossProcessTests<ManyProducers, ManyConsumers>
{
    private const int Queues = 200, Readers = 5;

    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(10);

    // A thousand blocked threads, each looking after itself ten times a second, would take some seconds.
    private static readonly TimeSpan s_most = TimeSpan.FromMilliseconds(300);

    [Fact]
    public void A_thousand_pending_readers_of_two_hundred_queues_use_no_cpu()
    {
        var queues = Enumerable.Range(0, Queues)
            .Select(i => Create(capacity: 16, string.Create(CultureInfo.InvariantCulture, $"{Name}.{i}"))).ToList();
        using PeerProcess peer = Peer("async-crowd", $"{Queues}:{Readers}");
        peer.Hear($"pending {Queues * Readers}");
        foreach (var queue in queues) Worker.WaitUntil(() => queue.GetStatistics().Participants.Any(p => !p.IsSelf && p.Parked > 0),
            "a parked dispatcher");
        // The runtime compiles and settles for a while after the start.
        Thread.Sleep(1500);
        (TimeSpan cpu, long switches) = (peer.CpuTime(), peer.Sleeps("TypedShmQueue a"));
        Thread.Sleep(s_idle);
        (cpu, switches) = (peer.CpuTime() - cpu, peer.Sleeps("TypedShmQueue a") - switches);
        output.WriteLine($"{cpu.TotalMilliseconds:F2} ms of CPU and {switches} sleeps of the dispatcher in {s_idle.TotalSeconds} s");
        cpu.ShouldBeLessThan(s_most);
        // Two threads for two hundred gates, each looking ten times a second at most.
        switches.ShouldBeInRange(1, 2 * 10 * (long)s_idle.TotalSeconds * 2);
        foreach (var queue in queues) queue.TryEnqueue([.. Enumerable.Range(0, Readers).Select(i => new Parcel(1, i))]).ShouldBe(Readers);
        peer.Hear("served");
        peer.Hear("idle");
        peer.WaitForSuccess();
    }
}

using TypedShmQueue.CrossProcess.Tests.Support;
using Xunit.Abstractions;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>What a queue does not do: use the CPU while nothing happens, and call the kernel while nobody is parked.</summary>
public abstract class QuietTests<TProducers, TConsumers>(ITestOutputHelper output) : CrossProcessTests<TProducers, TConsumers>
    where TProducers : struct, IProducerRole
    where TConsumers : struct, IConsumerRole
{
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(10);

    // Ten times the aim: the runtime's own timers count too, and the machine may be busy.
    private static readonly TimeSpan s_most = TimeSpan.FromMilliseconds(100);

    [Fact]
    public void Parked_consumer_uses_no_cpu()
    {
        // Ten seconds each: the combinations of the first and the last protocol stand for the others.
        if (OneProducer != OneConsumer) return;
        var queue = Create(capacity: 16);
        using PeerProcess peer = Peer("take");
        peer.Hear("ready");
        Worker.WaitUntil(() => queue.GetStatistics().Participants.Any(p => !p.IsSelf && p.Parked > 0), "a parked consumer");
        // The runtime compiles and settles for a while after the start.
        Thread.Sleep(1500);
        TimeSpan before = peer.CpuTime();
        Thread.Sleep(s_idle);
        TimeSpan used = peer.CpuTime() - before;
        output.WriteLine($"{used.TotalMilliseconds:F2} ms of CPU in {s_idle.TotalSeconds} s parked");
        used.ShouldBeLessThan(s_most);
        queue.Enqueue(new Parcel(1, 1), default);
        peer.Hear("1 1");
    }

    [TraceFact]
    public void Sending_and_taking_make_no_system_call()
    {
        const int Count = 100_000;
        Create(capacity: 16);
        string trace = Folder.PathOf("trace");
        using PeerProcess peer = Folder.Track(PeerProcess.Start(Arguments("hot", $"{Count}"),
            ["DOTNET_TieredCompilation=0", "strace", "-f", "-o", trace]));
        peer.Hear($"passed {Count}");
        peer.WaitForSuccess();

        // "tid call(...)": only the thread between the marks counts; the runtime's other threads do as they please. A call that is cut in
        // two by another thread's line has its beginning on a line of its own, so an end alone is the end of the mark's own call.
        string[] lines = File.ReadAllLines(trace);
        string thread = lines.Single(l => l.Contains("/tsq-mark-begin", StringComparison.Ordinal)).Split(' ')[0];
        string[] between = [.. lines.SkipWhile(l => !l.Contains("/tsq-mark-begin", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(l => !l.Contains("/tsq-mark-end", StringComparison.Ordinal))
            .Where(l => l.StartsWith(thread + ' ', StringComparison.Ordinal) && !l.Contains(" resumed>", StringComparison.Ordinal))];
        output.WriteLine($"{between.Length} system calls in {Count} messages sent and taken");
        between.ShouldBeEmpty();
        File.Delete(trace);
    }
}

using System.Globalization;
using TypedShmQueue.CrossProcess.Tests.Support;
using Xunit.Abstractions;

namespace TypedShmQueue.CrossProcess.Tests.Durable;

/// <summary>
/// Power failures of a real disk, as near as it goes without cutting a cable: the queue's folder is a file system on a device of its own,
/// and what that device holds is taken at instants when the processes stand still, in the middle of commits. Whatever only the page cache
/// had is gone.
/// </summary>
public sealed class PowerCutTests(ITestOutputHelper output) : DurableProcessTests
{
    private const int Megabytes = 16, Sender = 101;

    [LoopFact]
    public void What_was_reported_is_on_the_device_at_every_instant() => Worker.Run(() =>
    {
        const int Cuts = 20;
        List<(byte[] Content, int Sent, int Begun)> cuts = [];
        Random random = new(15);
        int sent = 0;
        using (LoopDisk disk = LoopDisk.TryMake(Folder, Megabytes)!)
        {
            var careful = Open(Options with { Durability = Durability.Committed, Visibility = Visibility.Committed });
            PeerProcess peer = Peer("durable-send", "");
            peer.Hear("ready");
            while (cuts.Count < Cuts)
            {
                for (int quiet = random.Next(4); quiet > 0; quiet--) Send(peer, ref sent);
                peer.Tell("send");
                for (int i = random.Next(2000); i > 0; i--) Thread.SpinWait(10);
                peer.Stop();
                Worker.WaitUntil(() => peer.IsStopped, "a stopped peer");
                cuts.Add((disk.Content(), sent, sent + 1));
                peer.Continue();
                Hear(peer, ref sent);
                while (careful.TryDequeue(out Parcel parcel)) parcel.Producer.ShouldBe(Sender);
            }

            peer.Dispose();
            LosePower();
        }

        int between = 0;
        foreach ((byte[] content, int atLeast, int atMost) in cuts)
        {
            int there = Recover(content);
            there.ShouldBeInRange(atLeast, atMost);
            between += there - atLeast;
        }

        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{Cuts} power failures, in {between} of them more than was reported"));
    });

    /// <summary>A test that cannot fail counts as none: with a sync that does nothing, the device has less than was reported.</summary>
    [LoopFact(Traces = true)]
    public void Without_syncs_it_is_not() => Worker.Run(() =>
    {
        byte[] content;
        int sent = 0;
        using (LoopDisk disk = LoopDisk.TryMake(Folder, Megabytes)!)
        {
            _ = Open();
            PeerProcess peer = Peer("durable-send", "", ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync",
                "-e", "inject=fdatasync:retval=0"]);
            peer.Hear("ready");
            for (int i = 0; i < 5; i++) Send(peer, ref sent);
            content = disk.Content();
            peer.Tell("end");
            peer.WaitForSuccess();
            LosePower();
        }

        Recover(content).ShouldBeLessThan(sent);
    });

    /// <summary>How many messages were committed, of the queue that this content of the device holds.</summary>
    private int Recover(byte[] content)
    {
        using LoopDisk disk = LoopDisk.TryMake(Folder, content)!;
        var queue = Open();
        int there = (int)(ReadRing(LimitOffset) - Options.Capacity!.Value);
        IReadOnlyList<(long Producer, long Sequence)> left = Drain(queue);
        left.ShouldBe(Enumerable.Range(there - left.Count, left.Count).Select(i => ((long)Sender, (long)i)));
        LosePower();
        return there;
    }

    private static void Send(PeerProcess peer, ref int sent)
    {
        peer.Tell("send");
        Hear(peer, ref sent);
    }

    private static void Hear(PeerProcess peer, ref int sent) =>
        peer.Hear(string.Create(CultureInfo.InvariantCulture, $"sent {sent++}"));
}

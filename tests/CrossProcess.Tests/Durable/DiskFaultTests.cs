using System.Diagnostics;
using System.Globalization;
using TypedShmQueue.CrossProcess.Tests.Support;

namespace TypedShmQueue.CrossProcess.Tests.Durable;

/// <summary>
/// A journal that the system does not write, in one of the queue's processes: its limit on the size of files (RLIMIT_FSIZE) ends before the
/// place of the next block. The limit is set from outside, while the process runs, so no line of the library knows of it.
/// </summary>
public sealed class DiskFaultTests : DurableProcessTests
{
    private const long Header = 4096, Unlimited = -1, NewestOffset = MarkOffset + 8;

    private const int Sender = 101;

    /// <summary>Where a write in the second half fails and one in the first does not, the commit becomes a generation there.</summary>
    [PrlimitFact]
    public void A_first_failure_is_a_new_generation_and_nobody_hears_of_it() => Worker.Run(() =>
    {
        var queue = Open();
        PeerProcess peer = Ready();
        ToSecondHalf(queue);
        long before = ReadRing(NewestOffset);
        Limit(peer, Header + Half);
        Send(peer).ShouldBe("sent 0");
        long after = ReadRing(NewestOffset);
        (after & 1).ShouldBe(0, "the first half");
        (after >> 1).ShouldBe((before >> 1) + 1);
        LosePower(Journal());
        Drain(Open()).ShouldBe([(1L, 0L), (Sender, 0L)]);
    });

    [PrlimitFact]
    public void A_second_failure_is_told_to_who_waits_and_the_queue_goes_on_when_the_disk_does() => Worker.Run(() =>
    {
        var queue = Open();
        PeerProcess peer = Ready();
        ToSecondHalf(queue);
        byte[] before = Journal();
        Limit(peer, Header);
        for (int i = 0; i < 3; i++) Send(peer).ShouldBe($"failed {nameof(ShmQueueDurabilityException)}");
        Journal().ShouldBe(before, "nothing could be written");
        queue.Count.ShouldBe(4, "the messages stay sent");

        // It goes on in the same process...
        Limit(peer, Unlimited);
        Send(peer).ShouldBe("sent 3");
        byte[] journal = Journal();

        // ... and, while it fails there, in another, which takes over.
        Limit(peer, Header);
        Send(peer).ShouldBe($"failed {nameof(ShmQueueDurabilityException)}");
        queue.Enqueue(new Parcel(1, 1));
        LosePower(Journal());
        (long Producer, long Sequence)[] all = [(1, 0), (Sender, 0), (Sender, 1), (Sender, 2), (Sender, 3), (Sender, 4), (1, 1)];
        Drain(Open()).ShouldBe(all);
        LosePower(journal);
        Drain(Open()).ShouldBe(all[..5]);
    });

    /// <summary>The sync itself fails once. It is not repeated: the commit becomes a generation in the other half.</summary>
    [TraceFact]
    public void A_sync_that_fails_is_a_new_generation_and_nobody_hears_of_it() => Worker.Run(() =>
    {
        var queue = Open();
        queue.Enqueue(new Parcel(1, 0));
        long before = ReadRing(NewestOffset);
        PeerProcess peer = FailingSyncs("1");
        Send(peer).ShouldBe("sent 0");
        (ReadRing(NewestOffset) >> 1).ShouldBe((before >> 1) + 1);
        Send(peer).ShouldBe("sent 1");
        (ReadRing(NewestOffset) >> 1).ShouldBe((before >> 1) + 1, "the disk is well again");
        End(peer);
        LosePower(Journal());
        Drain(Open()).ShouldBe([(1L, 0L), (Sender, 0L), (Sender, 1L)]);
    });

    /// <summary>Each sync fails. No message is reported as committed, and nobody who sees what is committed sees it.</summary>
    [TraceFact]
    public void While_every_sync_fails_nothing_is_reported_or_seen() => Worker.Run(() =>
    {
        var queue = Open();
        queue.Enqueue(new Parcel(1, 0));
        PeerProcess peer = FailingSyncs("1+");
        for (int i = 0; i < 2; i++) Send(peer).ShouldBe($"failed {nameof(ShmQueueDurabilityException)}");
        queue.Count.ShouldBe(3, "the messages stay sent");
        (ReadRing(LimitOffset) - Options.Capacity!.Value).ShouldBe(1);
        End(peer);
        // In a process whose disk is well they are committed, and seen.
        var careful = Open(Options with { Durability = Durability.Cached, Visibility = Visibility.Committed });
        Parcel[] all = new Parcel[4];
        int taken = 0;
        while (taken < 3) taken += careful.Dequeue(all.AsSpan(taken));
        all.Take(3).Select(one => (one.Producer, one.Sequence)).ShouldBe([(1L, 0L), (Sender, 0L), (Sender, 1L)]);
    });

    /// <summary>A peer whose syncs of those numbers fail with EIO, from outside: no line of the library knows of it.</summary>
    private PeerProcess FailingSyncs(string which)
    {
        PeerProcess peer = Peer("durable-send", "", ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fdatasync",
            "-e", $"inject=fdatasync:error=EIO:when={which}"]);
        peer.Hear("ready");
        return peer;
    }

    private static void End(PeerProcess peer)
    {
        peer.Tell("end");
        peer.WaitForSuccess();
    }

    private long Half => (new FileInfo(JournalPath).Length - Header) / 2;

    /// <summary>A peer that a write beyond its limit does not kill.</summary>
    private PeerProcess Ready()
    {
        PeerProcess peer = Peer("durable-send", "", ["bash", "-c", "trap '' XFSZ; exec \"$@\"", "bash"]);
        peer.Hear("ready");
        return peer;
    }

    private void ToSecondHalf(TypedQueue<Parcel, ManyProducers, ManyConsumers> queue)
    {
        if ((ReadRing(NewestOffset) & 1) == 0) WriteRing(MarkOffset, 1);
        queue.Enqueue(new Parcel(1, 0));
        (ReadRing(NewestOffset) & 1).ShouldBe(1);
    }

    private static string Send(PeerProcess peer)
    {
        peer.Tell("send");
        return peer.Hear() ?? $"nothing: {peer.Ending}";
    }

    private static void Limit(PeerProcess peer, long bytes)
    {
        string soft = bytes == Unlimited ? "unlimited" : bytes.ToString(CultureInfo.InvariantCulture);
        string id = peer.Id.ToString(CultureInfo.InvariantCulture);
        using Process prlimit = Process.Start("prlimit", ["--pid", id, $"--fsize={soft}:unlimited"]);
        prlimit.WaitForExit();
        prlimit.ExitCode.ShouldBe(0);
    }
}

/// <summary>A test that needs util-linux's prlimit, and says so where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PrlimitFactAttribute : FactAttribute
{
    public PrlimitFactAttribute()
    {
        if (!File.Exists("/usr/bin/prlimit")) Skip = "Needs prlimit (util-linux).";
    }
}

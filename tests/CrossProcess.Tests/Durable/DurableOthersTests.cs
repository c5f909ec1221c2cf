using TypedShmQueue.CrossProcess.Tests.Support;

namespace TypedShmQueue.CrossProcess.Tests.Durable;

/// <summary>What processes of a durable queue do to each other: opening at once, stopping, and not seeing the same memory.</summary>
public sealed class DurableOthersTests : DurableProcessTests
{
    private const int Killer = 101;

    [Fact]
    public void Openers_at_once_after_a_power_failure_find_one_queue() => Worker.Run(() =>
    {
        const int Openers = 4;
        for (int round = 0; round < 3; round++)
        {
            Name = ShmQueueName.NewUnique();
            Open().Enqueue([new Parcel(1, 0), new Parcel(1, 1)]);
            LosePower();
            // Each opens on command, and sends three messages.
            PeerProcess[] peers = [.. Enumerable.Range(0, Openers).Select(_ => Peer("kill-durable", "open-and-send:0"))];
            foreach (PeerProcess peer in peers)
            {
                string? word;
                do word = peer.Hear();
                while (word != null && !word.StartsWith("done", StringComparison.Ordinal));
                word.ShouldNotBeNull(peer.HasExited ? peer.Ending : "it says nothing");
            }

            Rings().Length.ShouldBe(1);
            LosePower();
            IReadOnlyList<(long Producer, long Sequence)> left = Drain(Open());
            left.Take(2).ShouldBe([(1L, 0L), (1L, 1L)]);
            for (int i = 0; i < 3; i++) left.Count(one => one == (Killer, i)).ShouldBe(Openers);
            left.Count.ShouldBe(2 + (3 * Openers));
            LosePower();
        }
    });

    /// <summary>It may hold the lock, or the mark, or both; nobody gives up, and nobody goes round it while it may write.</summary>
    [LabelTheory]
    [InlineData("commit: locked")]
    [InlineData("commit: marked")]
    [InlineData("commit: written")]
    [InlineData("commit: limit stored")]
    public void A_stopped_committer_is_waited_for_until_it_goes_on_or_dies(string label)
    {
        foreach (bool dies in (bool[])[false, true])
        {
            Name = ShmQueueName.NewUnique();
            var queue = Open();
            queue.Enqueue(new Parcel(1, 0));
            PeerProcess peer = Peer("kill-durable", $"send:stop {label}");
            peer.Hear("ready");
            Worker.WaitUntil(() => peer.IsStopped, "a stopped peer");
            Worker waiting = Worker.Start(() => queue.Enqueue(new Parcel(1, 1)));
            // Not committed: whoever goes round a committer that is not dead writes beside it.
            Thread.Sleep(200);
            queue.TryEnqueue(new Parcel(1, 2), out CommitMark mark).ShouldBeTrue();
            ReadRing(LimitOffset).ShouldBeLessThan(mark.Limit);
            if (dies) peer.Kill();
            else peer.Continue();
            waiting.Join();
            queue.WaitForCommit(mark);
            if (!dies)
            {
                for (int i = 0; i < 3; i++) peer.Hear($"sent {i}");
                peer.Hear()!.ShouldStartWith("done");
            }

            byte[] journal = Journal();
            LosePower(journal);
            IReadOnlyList<(long Producer, long Sequence)> left = Drain(Open());
            left.Where(one => one.Producer == 1).ShouldBe([(1L, 0L), (1L, 1L), (1L, 2L)]);
            left.Count(one => one.Producer == Killer).ShouldBeInRange(dies ? 0 : 3, 3);
            LosePower();
        }
    }

    /// <summary>
    /// A consumer that sees only what is committed, beside a committer that stands still with the block written, and the limit not stored:
    /// it waits, and goes on when the other does, or commits itself when the other is dead.
    /// </summary>
    [LabelTheory]
    [InlineData("commit: locked")]
    [InlineData("commit: written")]
    public void What_a_stopped_committer_has_not_committed_is_not_seen_until_it_goes_on_or_dies(string label) => Worker.Run(() =>
    {
        foreach (bool dies in (bool[])[false, true])
        {
            Name = ShmQueueName.NewUnique();
            _ = Open();
            var careful = Open(Options with { Durability = Durability.Cached, Visibility = Visibility.Committed });
            PeerProcess peer = Peer("kill-durable", $"send:stop {label}");
            peer.Hear("ready");
            Worker.WaitUntil(() => peer.IsStopped, "a stopped peer");
            Worker waiting = Worker.Start(() => careful.Dequeue().Producer.ShouldBe(Killer));
            Task<Parcel> pending = careful.DequeueAsync().AsTask();
            for (int i = 0; i < 10; i++)
            {
                careful.TryPeek(out _).ShouldBeFalse();
                Thread.Sleep(20);
            }

            (waiting.IsRunning && !pending.IsCompleted).ShouldBeTrue();
            if (dies) peer.Kill();
            else peer.Continue();
            // One of them has it; where the peer goes on, the other has the next.
            if (dies) Open().Enqueue(new Parcel(Killer, 1));
            Worker.WaitUntil(() => !waiting.IsRunning && pending.IsCompleted, "two messages taken");
            LosePower(Journal());
            _ = Open();
            (ReadRing(LimitOffset) - Options.Capacity!.Value).ShouldBeGreaterThanOrEqualTo(2, "what was seen is there");
            LosePower();
        }
    });

    [Fact]
    public void A_process_with_other_memory_is_refused_with_the_reason_and_served_later()
    {
        using QueueFolder other = new();
        var queue = Open();
        queue.Enqueue(new Parcel(1, 0));
        byte[] before = Journal();
        using (PeerProcess peer = OpenElsewhere())
        {
            peer.Hear().ShouldBeNull();
            peer.Ending.ShouldContain("whose memory this process does not see");
            peer.Ending.ShouldContain(nameof(ShmQueueDurabilityException));
        }

        Journal().ShouldBe(before, "nothing was written");
        queue.Enqueue(new Parcel(1, 1));
        LosePower();
        using PeerProcess alone = OpenElsewhere();
        for (int i = 0; i < 3; i++) alone.Hear(i == 0 ? "ready" : $"sent {i - 1}");
        alone.Hear("sent 2");
        alone.Hear()!.ShouldStartWith("done");
        alone.Hear().ShouldNotBeNull();
        alone.WaitForSuccess();

        Drain(Open()).ShouldBe([(1L, 0L), (1L, 1L), (Killer, 0L), (Killer, 1L), (Killer, 2L)]);

        // The queue is opened before it says that it is ready.
        PeerProcess OpenElsewhere() => Peer("kill-durable", "send:0", [$"TYPEDSHMQUEUE_DIRECTORY={other.Location}"]);
    }

    [MountNamespaceFact]
    public void No_memory_for_the_ring_names_the_queue_and_what_moves_its_ring()
    {
        Open().Enqueue(new Parcel(1, 0));
        LosePower();
        byte[] before = Journal();
        using PeerProcess peer = Peer("kill-durable", "send:0",
            ["unshare", "--mount", "sh", "-c", "mount -t tmpfs -o size=16k,mode=1777 tmpfs /dev/shm && \"$@\"", "sh"]);
        peer.Hear().ShouldBeNull();
        peer.Ending.ShouldContain($"The durable queue '{Name}' needs");
        peer.Ending.ShouldContain("TYPEDSHMQUEUE_DIRECTORY");
        Journal().ShouldBe(before);
        Drain(Open()).ShouldBe([(1L, 0L)]);
    }

    /// <summary>Those who have it open use it as one that was deleted; its name is free.</summary>
    [Fact]
    public void A_journal_that_is_removed_while_it_is_used_is_a_deleted_queue() => Worker.Run(() =>
    {
        var queue = Open();
        queue.Enqueue(new Parcel(1, 0));
        File.Delete(JournalPath);
        queue.IsDeleted.ShouldBeTrue();
        queue.Enqueue(new Parcel(1, 1));
        var next = Open();
        next.Count.ShouldBe(0);
        next.Enqueue(new Parcel(2, 0));
        Drain(queue).ShouldBe([(1L, 0L), (1L, 1L)]);
        queue.Dispose();
        LosePower(Journal());
        Drain(Open()).ShouldBe([(2L, 0L)]);
    });
}

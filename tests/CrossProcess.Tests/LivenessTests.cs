using System.Globalization;
using TypedShmQueue.CrossProcess.Tests.Support;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>
/// The lock on the open file alone decides who lives: no process id, no child, no other descriptor fools it.
/// </summary>
public sealed class LivenessTests : CrossProcessTests<ManyProducers, ManyConsumers>
{
    /// <summary>So many empty looks, that the oldest position is looked into several times.</summary>
    private const int ManyLooks = 5000;

    [NamespaceFact]
    public void Processes_of_other_pid_namespaces_live_until_they_are_killed()
    {
        var queue = Create(capacity: 16);
        using PeerProcess first = PeerProcess.Start(Arguments("claim", "1"), under: NamespaceFactAttribute.Unshare);
        first.Hear("claimed");
        using PeerProcess second = PeerProcess.Start(Arguments("claim", "1"), under: NamespaceFactAttribute.Unshare);
        second.Hear("claimed");
        // Both are process 1, and so is somebody who lives in the test's own namespace.
        Others(queue).Select(p => (p.ProcessId, p.IsAlive)).ShouldBe([(1, true), (1, true)]);
        queue.Enqueue(new Parcel(2, 0), default);
        HoldsUp(queue, abandoned: 0);

        first.Kill();
        Worker.WaitUntil(() => !queue.TryDequeue(out _) && queue.GetStatistics().Abandoned == 1, "the recovery of the first claim");
        Others(queue).Select(p => (p.ProcessId, p.IsAlive)).ShouldBe([(1, false), (1, true)]);
        HoldsUp(queue, abandoned: 1);

        second.Tell("commit");
        second.Hear("committed");
        second.WaitForSuccess();
        Take(queue).ShouldBe(new Parcel(100, 1));
        Take(queue).ShouldBe(new Parcel(2, 0));
        queue.GetStatistics().Abandoned.ShouldBe(1);
    }

    [NamespaceFact]
    public void Process_id_that_another_process_has_now_keeps_no_claim_alive()
    {
        // In a namespace of its own nobody else takes the id that is next. The peer's input stays open until it is killed.
        const string KillAndReuse = """
            "$@" < <(exec sleep 300) & peer=$!
            read -r order
            kill -9 $peer; wait $peer
            echo $((peer - 1)) > /proc/sys/kernel/ns_last_pid
            sleep 300 & echo "$peer $!"
            read -r order
            """;
        var queue = Create(capacity: 16);
        using PeerProcess shell = PeerProcess.Start(Arguments("claim", "1"),
            under: [.. NamespaceFactAttribute.Unshare, "bash", "-c", KillAndReuse, "bash"]);
        shell.Hear("claimed");
        int id = Others(queue).Single().ProcessId;
        queue.Enqueue(new Parcel(2, 0), default);
        HoldsUp(queue, abandoned: 0);

        shell.Tell("reuse");
        shell.Hear(string.Create(CultureInfo.InvariantCulture, $"{id} {id}"));
        Take(queue).ShouldBe(new Parcel(2, 0));
        Others(queue).Select(p => (p.ProcessId, p.IsAlive)).ShouldBe([(id, false)]);
    }

    [Fact]
    public void Child_of_the_application_keeps_no_claim_alive()
    {
        var queue = Create(capacity: 16);
        using PeerProcess peer = Peer("claim-and-start", Folder.Location);
        peer.Hear("claimed");
        using ForeignProcess child = ForeignProcess.WaitForOneIn(Folder.Location);
        Worker.WaitUntil(() => string.Equals(child.Command, "sleep", StringComparison.Ordinal), "the child's own program");
        queue.Enqueue(new Parcel(2, 0), default);
        HoldsUp(queue, abandoned: 0);

        peer.Kill();
        Take(queue).ShouldBe(new Parcel(2, 0));
        child.Command.ShouldBe("sleep");
    }

    /// <summary>
    /// Until it runs its own program, a child has its parent's files: it is waited for, as its parent would be, and no longer.
    /// </summary>
    [TraceFact]
    public void Child_between_fork_and_exec_is_waited_for_and_no_longer()
    {
        var queue = Create(capacity: 16);
        // The child goes to its folder before it runs its program, and is stopped there.
        string[] stopThere = ["strace", "-f", "-qq", "-o", "/dev/null", "-P", Folder.Location, "-e", "trace=chdir", "-e",
            "inject=chdir:signal=SIGSTOP"];
        using PeerProcess tracer = PeerProcess.Start(Arguments("claim-and-start", Folder.Location), under: stopThere);
        tracer.Hear("claimed");
        using ForeignProcess child = ForeignProcess.WaitForOneIn(Folder.Location);
        queue.Enqueue(new Parcel(2, 0), default);
        ForeignProcess.Kill(Others(queue).Single().ProcessId);
        Others(queue).Single().IsAlive.ShouldBeTrue();
        HoldsUp(queue, abandoned: 0);

        child.Continue();
        Take(queue).ShouldBe(new Parcel(2, 0));
        Others(queue).Single().IsAlive.ShouldBeFalse();
        Worker.WaitUntil(() => string.Equals(child.Command, "sleep", StringComparison.Ordinal), "the child's own program");
    }

    [Fact]
    public void Closing_other_descriptors_of_the_file_drops_no_lock()
    {
        var queue = Create(capacity: 16);
        using PeerProcess peer = Peer("claim-and-reopen", Folder.PathOf(Name));
        peer.Hear("claimed");
        queue.Enqueue(new Parcel(2, 0), default);
        HoldsUp(queue, abandoned: 0);
        Others(queue).Single().IsAlive.ShouldBeTrue();

        peer.Kill();
        Take(queue).ShouldBe(new Parcel(2, 0));
    }

    private static void HoldsUp(TypedQueue<Parcel, ManyProducers, ManyConsumers> queue, long abandoned)
    {
        for (int i = 0; i < ManyLooks; i++) queue.TryDequeue(out _).ShouldBeFalse();
        queue.GetStatistics().Abandoned.ShouldBe(abandoned);
    }

    /// <summary>A claim that is taken for a living one's holds up for ever.</summary>
    private static Parcel Take(TypedQueue<Parcel, ManyProducers, ManyConsumers> queue)
    {
        queue.TryDequeue(out Parcel parcel, Worker.Patience).ShouldBeTrue("The claim of a dead process holds up.");
        return parcel;
    }

    private static IEnumerable<ShmQueueParticipant> Others(TypedQueue<Parcel, ManyProducers, ManyConsumers> queue) =>
        queue.GetStatistics().Participants.Where(p => !p.IsSelf);
}

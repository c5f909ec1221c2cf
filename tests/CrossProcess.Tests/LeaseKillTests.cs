using System.Globalization;
using TypedShmQueue.CrossProcess.Tests.Support;

namespace TypedShmQueue.CrossProcess.Tests;

/// <summary>
/// SIGKILL and SIGSTOP in the middle of a job: what a dead worker held goes to others, who were parked and did not ask; what a paused one
/// holds stays with it; what was acknowledged never comes again.
/// </summary>
public abstract class LeaseKillTests(LeaseKind kind) : IDisposable
{
    /// <summary>How long the pause is, in seconds; the long form has 30.</summary>
    private const string PauseVariable = "TSQ_PAUSE_SECONDS";

    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(
        double.Parse(Environment.GetEnvironmentVariable(PauseVariable) ?? "1", CultureInfo.InvariantCulture));

    private protected QueueFolder Folder { get; } = new();

    private protected string Name { get; } = ShmQueueName.NewUnique();

    public void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public void Job_of_a_killed_worker_is_in_the_hands_of_a_parked_one_and_nobody_has_to_act()
    {
        QueueBase queue = Create(capacity: 16);
        Send(queue, 0, 1);
        using PeerProcess victim = Start("hold", "1");
        victim.Hear("took 0/1");
        using PeerProcess parked = StartWorker(queue);
        victim.Kill();
        parked.Hear("0/2");
        End(queue, parked);
        (Group(queue).TakenBack, Group(queue).GivenBack, Group(queue).Acknowledged).ShouldBe((1, 0, 1));
    }

    [Fact]
    public void Job_outlives_one_worker_after_another_and_counts_its_deliveries()
    {
        QueueBase queue = Create(capacity: 16);
        Send(queue, 0, 1);
        for (int delivery = 1; delivery <= 3; delivery++)
        {
            using PeerProcess victim = Start("hold", "1");
            victim.Hear($"took 0/{delivery}");
            victim.Kill();
        }

        using PeerProcess worker = StartWorker(queue);
        worker.Hear("0/4");
        End(queue, worker);
    }

    [Fact]
    public void Job_of_a_killed_worker_comes_to_one_who_only_polls()
    {
        QueueBase queue = Create(capacity: 16);
        Send(queue, 0, 1);
        using PeerProcess victim = Start("hold", "1");
        victim.Hear("took 0/1");
        IShmTaker<TypedLease<Parcel>> here = Join();
        here.TryTake(out _).ShouldBeFalse();
        victim.Kill();
        TypedLease<Parcel> lease = default;
        Worker.WaitUntil(() => here.TryTake(out lease), "the job of a killed worker");
        (lease.Value, lease.Deliveries).ShouldBe((new Parcel(1, 0), 2));
        lease.Acknowledge().ShouldBeTrue();
    }

    [Fact]
    public void Every_message_of_a_killed_worker_s_batch_comes_back_once()
    {
        // More than one entry can hold.
        const int Batch = 70;
        QueueBase queue = Create(capacity: 128);
        Send(queue, 0, Batch);
        using PeerProcess victim = Start("hold", $"{Batch}");
        victim.Hear("took " + string.Join(' ', Enumerable.Range(0, Batch).Select(i => $"{i}/1")));
        PeerProcess[] parked = [.. Enumerable.Range(0, 3).Select(_ => StartWorker(queue))];
        victim.Kill();
        Worker.WaitUntil(() => Group(queue).Acknowledged == Batch, "the batch's end");
        queue.Complete();
        List<string> came = [.. parked.SelectMany(HearToTheEnd)];
        came.Order(StringComparer.Ordinal).ShouldBe(Enumerable.Range(0, Batch).Select(i => $"{i}/2").Order(StringComparer.Ordinal));
        Group(queue).TakenBack.ShouldBe(Batch);
    }

    [Fact]
    public void What_a_killed_worker_had_acknowledged_never_comes_again()
    {
        QueueBase queue = Create(capacity: 16);
        Send(queue, 0, 5);
        using PeerProcess victim = Start("hold", "5");
        victim.Hear("took 0/1 1/1 2/1 3/1 4/1");
        foreach (int done in new[] { 0, 2, 3 }) Settle(victim, $"acknowledge:{done}");
        using PeerProcess parked = StartWorker(queue);
        victim.Kill();
        parked.Hear("1/2");
        parked.Hear("4/2");
        Send(queue, 5, 20);
        for (int i = 5; i < 25; i++) parked.Hear($"{i}/1");
        End(queue, parked);
    }

    [Fact]
    public void Paused_worker_keeps_its_job()
    {
        QueueBase queue = Create(capacity: 16);
        Send(queue, 0, 1);
        using PeerProcess paused = Start("hold", "1");
        paused.Hear("took 0/1");
        using PeerProcess parked = StartWorker(queue);
        IShmTaker<TypedLease<Parcel>> here = Join();
        paused.Stop();
        here.TryTake(out _, s_pause).ShouldBeFalse();
        Group(queue).TakenBack.ShouldBe(0);
        Group(queue).Leases.ShouldHaveSingleItem().ProcessId.ShouldBe(paused.Id);
        paused.Continue();
        Settle(paused, "acknowledge:0");
        // Nothing came to the other meanwhile: this is the first that it says.
        End(queue, parked);
    }

    [Fact]
    public void Job_that_is_to_be_given_back_later_comes_at_once_if_its_worker_dies()
    {
        QueueBase queue = Create(capacity: 16);
        Send(queue, 0, 2);
        using PeerProcess victim = Start("hold", "2");
        victim.Hear("took 0/1 1/1");
        Settle(victim, "delay:0");
        Settle(victim, "acknowledge:1");
        using PeerProcess parked = StartWorker(queue);
        IShmTaker<TypedLease<Parcel>> here = Join();
        here.TryTake(out _, TimeSpan.FromMilliseconds(200)).ShouldBeFalse();
        (here as IDisposable)?.Dispose();
        victim.Kill();
        parked.Hear("0/2");
        End(queue, parked);
    }

    [Fact]
    public void Producer_parked_behind_a_dead_worker_s_job_goes_on_when_another_has_done_it()
    {
        QueueBase queue = Create(capacity: 4);
        Send(queue, 0, 4);
        using PeerProcess victim = Start("hold", "1");
        victim.Hear("took 0/1");
        Worker producer = Worker.Start(() => LeaseKind.SenderOf(queue).Enqueue(new Parcel(1, 4), default));
        Worker.WaitUntil(() => queue.GetStatistics().Participants.Single(p => p.IsSelf).Parked > 0, "a parked producer");
        victim.Kill();
        using PeerProcess worker = Start("work");
        worker.Hear("ready");
        producer.Join();
        List<string> came = [];
        for (int i = 0; i < 5; i++) came.Add(worker.Hear()!);
        came.Order(StringComparer.Ordinal).ShouldBe(["0/2", "1/1", "2/1", "3/1", "4/1"]);
        End(queue, worker);
    }

    [Fact]
    public void Entries_of_killed_workers_are_free_before_anything_is_reported_as_full()
    {
        QueueBase queue = Create(capacity: 16, maxLeases: 2);
        Send(queue, 0, 1);
        for (int i = 1; i <= 4; i++)
        {
            using PeerProcess victim = Start("hold", "1");
            victim.Hear($"took 0/{i}");
            victim.Kill();
        }

        using PeerProcess worker = StartWorker(queue);
        worker.Hear("0/5");
        End(queue, worker);
    }

    private protected QueueBase Create(int capacity, int maxLeases = 64) =>
        kind.Create(Folder, Name, Folder.Options with { Capacity = capacity, MaxLeases = maxLeases });

    /// <summary>This process takes too.</summary>
    private protected IShmTaker<TypedLease<Parcel>> Join() => kind.Taker(Folder, kind.Open(Folder, Name, Folder.Options));

    private protected static void Send(QueueBase queue, int from, int count)
    {
        for (int i = from; i < from + count; i++) LeaseKind.SenderOf(queue).Enqueue(new Parcel(1, i), default);
    }

    private protected PeerProcess Start(string act, string argument = "") => kind.Start(Folder, Name, act, argument);

    /// <summary>Starts a worker, and waits until it is parked.</summary>
    private protected PeerProcess StartWorker(QueueBase queue)
    {
        PeerProcess worker = Start("work");
        worker.Hear("ready");
        if (Group(queue).Waiting == 0)
        {
            Worker.WaitUntil(() => queue.GetStatistics().Participants.Any(p => p.ProcessId == worker.Id && p.Parked > 0),
                "a parked worker");
        }

        return worker;
    }

    private protected static ShmQueueGroup Group(QueueBase queue) => LeaseKind.GroupOf(queue);

    private static void Settle(PeerProcess holder, string order)
    {
        holder.Tell(order);
        holder.Hear("settled");
    }

    /// <summary>All is done, and the worker has nothing more to say.</summary>
    private static void End(QueueBase queue, PeerProcess worker)
    {
        queue.Complete();
        worker.Hear("end");
        worker.WaitForSuccess();
        (Group(queue).Waiting, Group(queue).Leased).ShouldBe((0, 0));
    }

    private static List<string> HearToTheEnd(PeerProcess worker)
    {
        List<string> heard = [];
        while (worker.Hear() is { } line && line is not "end") heard.Add(line);
        worker.WaitForSuccess();
        return heard;
    }
}

/// <summary>The workers of a queue with acknowledged delivery.</summary>
public abstract class WorkerKillTests<TProducers>() : LeaseKillTests(new WorkersKind<TProducers>())
    where TProducers : struct, IProducerRole
{
    private static readonly QueueContract s_contract = Contracts.Parcel<TProducers, Workers>();

    /// <summary>A message that kills whoever takes it ends in the dead-letter queue.</summary>
    [Fact]
    public void Poisonous_job_kills_as_many_workers_as_it_may_and_is_a_dead_letter_then()
    {
        if (typeof(TProducers) == typeof(OneProducer)) return; // a dead-letter queue has many producers
        QueueBase queue = Create(capacity: 16);
        Send(queue, 0, 2);
        for (int delivery = 1; delivery <= 2; delivery++)
        {
            using PeerProcess victim = Start("hold", "1");
            victim.Hear($"took 0/{delivery}");
            victim.Kill();
        }

        string dead = Name + ".dead";
        using var careful = TypedAcknowledged<Parcel, TProducers>.Open(s_contract, Name,
            Folder.Options with { MaxDeliveries = 2, DeadLetter = dead });
        TypedLease<Parcel> lease = default;
        Worker.Run(() => lease = careful.Take(default));
        (lease.Value.Sequence, lease.Deliveries).ShouldBe((1, 1));
        lease.Acknowledge().ShouldBeTrue();
        using var letters = TypedAcknowledged<Parcel, TProducers>.Open(s_contract, dead, Folder.Options);
        letters.TryTake(out TypedLease<Parcel> letter).ShouldBeTrue();
        (letter.Value, letter.Deliveries).ShouldBe((new Parcel(1, 0), 1));
        (Group(queue).DeadLettered, Group(queue).Leased, Group(queue).Waiting).ShouldBe((1, 0, 0));
    }
}

/// <summary>The members of a named group of a broadcast queue, which outlives them all.</summary>
public abstract class GroupKillTests<TProducers>() : LeaseKillTests(new GroupKind<TProducers>())
    where TProducers : struct, IProducerRole
{
    [Fact]
    public void Group_is_remembered_when_all_its_members_were_killed()
    {
        var queue = (TypedBroadcast<Parcel, TProducers>)Create(capacity: 4);
        Send(queue, 0, 4);
        using (PeerProcess first = Start("hold", "2"))
        {
            first.Hear("took 0/1 1/1");
            first.Tell("acknowledge:1");
            first.Hear("settled");
            first.Kill();
        }

        queue.TryEnqueue(new Parcel(1, 4)).ShouldBeFalse("the group holds producers back, though nobody is a member");
        Group(queue).Leases.ShouldHaveSingleItem().IsAlive.ShouldBeFalse();
        IShmTaker<TypedLease<Parcel>> member = Join();
        List<string> came = [];
        Worker.Run(() =>
        {
            while (came.Count < 3)
            {
                TypedLease<Parcel> lease = member.Take(default);
                came.Add(string.Create(CultureInfo.InvariantCulture, $"{lease.Value.Sequence}/{lease.Deliveries}"));
                lease.Acknowledge().ShouldBeTrue();
            }
        });
        came.Order(StringComparer.Ordinal).ShouldBe(["0/2", "2/1", "3/1"]);
        queue.TryEnqueue(new Parcel(1, 4)).ShouldBeTrue();
    }

    [Fact]
    public void Killed_member_does_not_keep_its_group_from_being_removed()
    {
        var queue = (TypedBroadcast<Parcel, TProducers>)Create(capacity: 4);
        Send(queue, 0, 4);
        using PeerProcess member = Start("hold", "1");
        member.Hear("took 0/1");
        Should.Throw<ShmQueueSubscriptionTakenException>(() => queue.RemoveGroup(LeaseKind.Jobs)).HolderProcessId.ShouldBe(member.Id);
        member.Kill();
        queue.RemoveGroup(LeaseKind.Jobs).ShouldBeTrue();
        // Nobody is waited for, and a group of that name begins anew: after the oldest message, which a producer may be about to displace.
        for (int i = 4; i < 12; i++) queue.TryEnqueue(new Parcel(1, i)).ShouldBeTrue();
        IShmTaker<TypedLease<Parcel>> anew = Join();
        anew.TryTake(out TypedLease<Parcel> lease).ShouldBeTrue();
        (lease.Value.Sequence, lease.Deliveries).ShouldBe((9, 1));
    }
}

public sealed class WorkerKillTests_ManyProducers : WorkerKillTests<ManyProducers>;
public sealed class WorkerKillTests_OneProducer : WorkerKillTests<OneProducer>;
public sealed class GroupKillTests_ManyProducers : GroupKillTests<ManyProducers>;
public sealed class GroupKillTests_OneProducer : GroupKillTests<OneProducer>;

using System.Text.Json;
using TypedShmQueue.Inspection;

namespace TypedShmQueue.Tool.Tests;

/// <summary>What <c>doctor</c> says of leases and groups, and what <c>repair</c> and <c>return</c> do about it.</summary>
public sealed class LeaseDoctorTests : LeasedTests
{
    [Fact]
    public void Nothing_is_wrong_with_leases_in_use()
    {
        var queue = Create(3);
        _ = queue.Take();
        Shmq("doctor", Name).Text.ShouldBe($"Nothing is wrong with the queue '{Name}'.\n");
        Shmq("verify", Name).Text.ShouldBe($"The queue '{Name}' is whole: header, schema, 8 slots, 3 messages.\n");
        Shmq("repair", Name).Text.ShouldBe($"There is nothing to repair in the queue '{Name}'.\n");
    }

    [Fact]
    public void A_stopped_worker_that_holds_producers_back_is_named_and_its_message_goes_to_another()
    {
        var queue = Create(1);
        PeerProcess hung = Holder(1);
        for (int i = 1; i < 8; i++)
        {
            queue.Enqueue(new Parcel(1, i));
            Acknowledge(queue, 1);
        }

        hung.Stop();
        Worker.WaitUntil(() => hung.IsStopped, "the worker is stopped");
        queue.TryEnqueue(new Parcel(1, 8)).ShouldBeFalse();
        JsonElement finding = Findings(6).ShouldHaveSingleItem();
        What(finding).ShouldStartWith($"Process {hung.Id}, which is alive, has had the message at position 0 for ");
        What(finding).ShouldEndWith("(delivery 1). It is the oldest that is not settled, and producers wait for it: the ring has gone "
            + "round to it.");
        (finding.GetProperty("position").GetInt64(), finding.GetProperty("processId").GetInt32()).ShouldBe((0, hung.Id));
        Remedy(finding).ShouldContain($"'shmq return {Name} --position 0 --directory {Folder.Location}'");
        Shmq("doctor", Name).Output.ShouldMatchScreen(Folder.Location);
        Shmq("repair", Name).Text.ShouldBe($"There is nothing to repair in the queue '{Name}'.\n", "its worker lives");

        Shmq("return", Name, "--position", "0").ShouldRefuse(5, "Use --yes to take it back without a confirmation");
        queue.TryTake(out _).ShouldBeFalse();
        Shmq("return", Name, "--position", "0", "--yes").Text.ShouldBe(
            $"The message at position 0 was taken back from process {hung.Id}, which is alive: whoever takes next gets it.\n");
        queue.TryTake(out var again).ShouldBeTrue();
        (again.Value, again.Position, again.Deliveries).ShouldBe((new Parcel(1, 0), 0, 2));
        hung.Continue();
        hung.Tell("acknowledge");
        hung.Hear("too late");
        queue.TryTake(out _).ShouldBeFalse("the late worker's answer changes nothing");
        again.Acknowledge().ShouldBeTrue();
        queue.TryEnqueue(new Parcel(1, 8)).ShouldBeTrue();
        queue.GetStatistics().Groups[0].TakenBack.ShouldBe(1);
    }

    [Fact]
    public void A_message_that_was_delivered_before_goes_back_too_and_only_its_own_delivery()
    {
        var queue = Create(0);
        for (int i = 0; i < 20; i++)    // the ring has gone round twice
        {
            queue.Enqueue(new Parcel(1, i));
            Acknowledge(queue, 1);
        }

        queue.Enqueue(new Parcel(1, 20));
        queue.Take().Abandon();
        PeerProcess hung = Holder(1);
        hung.Stop();
        JsonElement returned = JsonDocument.Parse(Shmq("return", Name, "-p", "20", "-y", "--json").Text).RootElement;
        (returned.GetProperty("deliveries").GetInt32(), returned.GetProperty("processId").GetInt32()).ShouldBe((2, hung.Id));
        var lease = queue.Take();
        lease.Deliveries.ShouldBe(3);
        hung.Continue();
        hung.Tell("acknowledge");
        hung.Hear("too late");
        lease.Acknowledge().ShouldBeTrue();
    }

    [Fact]
    public void A_message_of_a_group_goes_back_to_that_group_and_wakes_a_parked_member()
    {
        var queue = CreateBroadcast();
        using var audit = queue.JoinGroup("audit");
        using var billing = queue.JoinGroup("billing");
        queue.Enqueue(new Parcel(1, 0));
        PeerProcess hung = Member("billing", 1);
        hung.Stop();
        long taken = -1;
        Worker parked = Worker.Start(() =>
        {
            var lease = billing.Take();
            taken = lease.Value.Sequence;
            lease.Acknowledge().ShouldBeTrue();
        });
        Shmq("return", Name, "--position", "0", "--yes").ShouldRefuse(2, "Use --group to name one: 'audit', 'billing'.");
        Shmq("return", Name, "--position", "0", "--group", "mail", "--yes").ShouldRefuse(3, "has no group 'mail'");
        Shmq("return", Name, "--position", "0", "--group", "audit", "--yes").ShouldRefuse(5, "nobody has had it yet");
        Shmq("return", Name, "--position", "0", "--group", "billing", "--yes").ExitCode.ShouldBe(0);
        parked.Join();
        taken.ShouldBe(0);
        hung.Continue();
        hung.Tell("acknowledge");
        hung.Hear("too late");
        audit.Take().Deliveries.ShouldBe(1);
    }

    [Fact]
    public void What_is_not_leased_is_not_returned_and_it_says_what_it_is()
    {
        var queue = Create(3);
        Acknowledge(queue, 1);
        queue.Take().Abandon();
        string before = HashOf(Name);
        Shmq("return", Name, "-p", "0", "-y").ShouldRefuse(5, "is not leased: it is settled.");
        Shmq("return", Name, "-p", "1", "-y").ShouldRefuse(5, "is not leased: it was given back after 1 delivery, and waits for a worker.");
        Shmq("return", Name, "-p", "2", "-y").ShouldRefuse(5, "is not leased: it waits for a worker, and nobody has had it yet.");
        Shmq("return", Name, "-p", "3", "-y").ShouldRefuse(5, "is not leased: it is not sent yet.");
        Shmq("return", Name, "-p", "9223372036854775807", "-y").ShouldRefuse(5, "it is not sent yet.");
        HashOf(Name).ShouldBe(before);
        using TradeQueue trades = TradeQueue.Create("trades", Options);
        Shmq("return", "trades", "-p", "0", "-y").ShouldRefuse(2, "has no leases");
        Shmq("return", "none", "-p", "0", "-y").ShouldRefuse(3, "There is no queue 'none'");
    }

    [TerminalFact]
    public void Return_asks_a_person_and_does_what_they_say()
    {
        var queue = Create(1);
        PeerProcess hung = Holder(1);
        using (ShmqAtTerminal asked = ShmqAtTerminal.Start(columns: 300, "return", Name, "-p", "0", "--directory", Folder.Location))
        {
            asked.WaitFor("Take the message back? [y/N]");
            asked.Type("n\n");
            asked.Finish().ShouldBe(5);
        }

        queue.TryTake(out _).ShouldBeFalse();
        using (ShmqAtTerminal asked = ShmqAtTerminal.Start(columns: 300, "return", Name, "-p", "0", "--directory", Folder.Location))
        {
            asked.WaitFor($"Process {hung.Id}, which is alive, has had the message at position 0");
            asked.WaitFor("Take the message back? [y/N]");
            asked.Type("y\n");
            asked.Finish().ShouldBe(0);
        }

        queue.TryTake(out var lease).ShouldBeTrue();
        lease.Deliveries.ShouldBe(2);
    }

    [Fact]
    public void What_the_dead_had_is_told_and_repair_returns_it()
    {
        var queue = Create(3);
        _ = queue.Take();
        PeerProcess dead = Holder(2);
        int id = dead.Id;
        dead.Kill();
        JsonElement finding = Findings(0).Single(static f => f.TryGetProperty("position", out _));
        What(finding).ShouldBe($"Process {id} died with 2 messages that it had not settled, the oldest at position 1.");
        Remedy(finding).ShouldStartWith("Nothing: whoever takes next gets them. 'shmq repair");
        Shmq("repair", Name).Lines.ShouldBe(
            [$"returned 2 messages that process {id} had: it is dead", "cleared 1 entry of dead processes"]);
        Shmq("stat", Name).Text.ShouldNotContain("dead  ");
        ShmQueueGroup group = queue.GetStatistics().Groups[0];
        (group.Waiting, group.Leased, group.TakenBack).ShouldBe((2, 1, 2));
        Shmq("repair", Name).Text.ShouldBe($"There is nothing to repair in the queue '{Name}'.\n");
    }

    [Fact]
    public void A_dead_holders_message_is_returned_without_a_question()
    {
        var queue = Create(1);
        PeerProcess dead = Holder(1);
        dead.Kill();
        Shmq("return", Name, "-p", "0").Text.ShouldContain("which died: whoever takes next gets it");
        queue.TryTake(out var lease).ShouldBeTrue();
        lease.Deliveries.ShouldBe(2);
    }

    [Fact]
    public void A_group_without_members_that_holds_producers_back_is_told_and_can_be_removed()
    {
        var queue = CreateBroadcast();
        queue.JoinGroup("billing").Dispose();
        using var mail = queue.JoinGroup("mail");
        queue.Enqueue(new Parcel(1, 0));
        JsonElement note = Findings(0).ShouldHaveSingleItem();
        What(note).ShouldBe("The group 'billing' has no member and is 1 message behind; producers will wait for it when the ring is full.");
        for (int i = 1; i < 8; i++) queue.Enqueue(new Parcel(1, i));
        Acknowledge(mail, 8);
        queue.TryEnqueue(new Parcel(1, 8)).ShouldBeFalse();
        JsonElement finding = Findings(6).ShouldHaveSingleItem();
        What(finding).ShouldBe("The group 'billing' has no member and is 8 messages behind, and producers wait for it.");
        Remedy(finding).ShouldContain($"shmq repair {Name} --remove-group billing");
        Shmq("repair", Name, "--remove-group", "nobody").ShouldRefuse(3, "has no group 'nobody'");
        Shmq("repair", Name, "--remove-group", "mail").ShouldRefuse(5, $"{Environment.ProcessId}");
        Shmq("repair", Name, "--remove-group", "mail", "--remove-subscription", "x").ShouldRefuse(2, "exclude each other");
        Shmq("repair", Name, "--remove-group", "billing").Text.ShouldBe("removed the group 'billing'\n");
        queue.TryEnqueue(new Parcel(1, 8)).ShouldBeTrue();
    }

    [Fact]
    public void A_queue_of_dead_letters_that_fills_is_told_before_and_when_it_is_full()
    {
        TypedAcknowledged<Parcel, ManyProducers>.Create(Contracts.Parcel<ManyProducers, Workers>(), "dead", Options with { Capacity = 4 })
            .Dispose();
        var queue = Create(8, static options => options with { DeadLetter = "dead", MaxDeliveries = 1 });
        queue.Take().Reject();
        Findings(0, "dead").ShouldBeEmpty();
        queue.Take().Reject();
        JsonElement filling = Findings(0, "dead").ShouldHaveSingleItem();
        What(filling).ShouldBe("2 messages of at most 4 wait, and no attached process has taken any.");
        Remedy(filling).ShouldContain("'shmq redrive dead QUEUE");
        queue.Take().Reject();
        queue.Take().Reject();
        Should.Throw<ShmQueueDeadLetterException>(() => queue.Take().Reject());
        JsonElement full = Findings(6, "dead").Single(static f => f.GetProperty("severity").GetString() is "trouble");
        What(full).ShouldStartWith("The queue is full: 4 messages wait, producers wait, and no attached process has taken any.");
        JsonElement source = Findings(0).ShouldHaveSingleItem();
        What(source).ShouldBe("4 messages went to a dead-letter queue, because workers rejected them or failed too often.");
    }

    [Fact]
    public void A_message_that_somebody_has_had_for_long_is_noted_and_its_holder_is_named()
    {
        var queue = Create(2);
        PeerProcess holder = Holder(1);
        using (SegmentReader reader = SegmentReader.TryOpen(Name, Options)!)
        {
            // In place of a test that takes an hour: the entry says that it was taken then.
            const int TakenAt = 40;
            using FileStream file = Folder.OpenShared(Name, FileAccess.Write);
            file.Position = reader.Geometry.LeasesOffset + TakenAt;
            file.Write(BitConverter.GetBytes(Environment.TickCount64 - (long)TimeSpan.FromMinutes(200.5).TotalMilliseconds));
        }

        JsonElement note = Findings(0).ShouldHaveSingleItem();
        What(note).ShouldBe($"Process {holder.Id}, which is alive, has had the message at position 0 for 3 h 20 min (delivery 1). It is "
            + "the oldest that is not settled.");
        note.GetProperty("severity").GetString().ShouldBe("note");
        queue.Count.ShouldBe(2);
    }

    [Fact]
    public void Lease_entries_that_run_out_are_told()
    {
        var queue = Create(3, static options => options with { MaxLeases = 3 });
        _ = queue.Take();
        _ = queue.Take();
        Findings(0).ShouldBeEmpty();
        _ = queue.Take();
        JsonElement finding = Findings(6).ShouldHaveSingleItem();
        What(finding).ShouldBe("All 3 lease entries are in use. A handle that needs another one gets ShmQueueLimitException.");
        Should.Throw<ShmQueueLimitException>(() => queue.Take());
        Facts().GetProperty("leaseEntries").GetInt32().ShouldBe(3);
        queue.Dispose();
        Findings(0).ShouldBeEmpty();
    }

    [Fact]
    public void A_full_queue_whose_workers_are_behind_is_a_note()
    {
        var queue = Create(8);
        _ = queue.Take();
        JsonElement[] findings = Findings(0);
        What(findings[^1]).ShouldBe("The queue is full: the workers are 8 messages behind, and producers wait.");
        What(findings[0]).ShouldStartWith($"Process {Environment.ProcessId}, which is alive, has had the message at position 0 for ");
    }
}

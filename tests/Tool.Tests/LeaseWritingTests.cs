using System.Text.Json;

namespace TypedShmQueue.Tool.Tests;

/// <summary>
/// <c>create</c>, <c>send</c>, <c>drain</c>, <c>redrive</c> and <c>schema</c> of queues whose messages are leased, which the tool knows by
/// their schemas only.
/// </summary>
public sealed class LeaseWritingTests : LeasedTests
{
    private TypedAcknowledged<Parcel, ManyProducers> CreateDead(int capacity = 8) => Folder.Track(TypedAcknowledged<Parcel, ManyProducers>
        .Create(Contracts.Parcel<ManyProducers, Workers>(), "dead", Options with { Capacity = capacity }));

    /// <summary>A queue of which so many messages are in the dead-letter queue.</summary>
    private TypedAcknowledged<Parcel, ManyProducers> WithDead(int messages)
    {
        CreateDead();
        var queue = Create(messages, static options => options with { DeadLetter = "dead" });
        for (int i = 0; i < messages; i++) queue.Take().Reject();
        return queue;
    }

    [Fact]
    public void What_is_created_like_it_is_opened_by_compiled_workers()
    {
        using (JobQueue.Create("jobs", Options with { MaxLeases = 7 }))
        {
        }

        Shmq("create", "copies", "--like", "jobs").ExitCode.ShouldBe(0);
        JsonElement facts = Facts("copies");
        (facts.GetProperty("delivery").GetString(), facts.GetProperty("maxGroups").GetInt32(), facts.GetProperty("maxLeases").GetInt32())
            .ShouldBe(("acknowledged", 1, 7));
        using JobQueue copies = JobQueue.Open("copies", Options);
        Shmq("send", "copies", """{"Id":4,"Path":"/data"}""").Text.ShouldBe("1 message sent.\n");
        using JobLease lease = copies.Take();
        (lease.Value.Id, lease.Value.Path.ToString()).ShouldBe((4, "/data"));
        lease.Acknowledge().ShouldBeTrue();
    }

    [Fact]
    public void Delivery_and_limits_are_chosen_when_it_is_created()
    {
        using (TickQueue.Create("ticks", Options))
        {
        }

        // One consumer and waiting are no roles of the others, and are not taken over.
        Shmq("create", "jobs", "--like", "ticks", "--producers", "many", "--delivery", "acknowledged", "--max-leases", "5")
            .ExitCode.ShouldBe(0);
        JsonElement jobs = Facts("jobs");
        (jobs.GetProperty("consumers").GetString(), jobs.GetProperty("overflow").GetString(), jobs.GetProperty("maxLeases").GetInt32())
            .ShouldBe(("many", "wait", 5));
        Shmq("create", "news", "--like", "ticks", "--delivery", "broadcast", "--max-groups", "2").ExitCode.ShouldBe(0);
        Facts("news").GetProperty("maxGroups").GetInt32().ShouldBe(2);
        Shmq("create", "more", "--like", "news").ExitCode.ShouldBe(0);
        Facts("more").GetProperty("maxGroups").GetInt32().ShouldBe(2);
        Shmq("create", "none", "--like", "news", "--max-groups", "0").ExitCode.ShouldBe(0);
        Facts("none").TryGetProperty("maxGroups", out _).ShouldBeFalse();
        Shmq("create", "plain", "--like", "jobs", "--delivery", "queue").ExitCode.ShouldBe(0);
        Facts("plain").GetProperty("overflow").GetString().ShouldBe("any");
    }

    [Theory]
    [InlineData("has any number of workers", "--delivery", "acknowledged", "--consumers", "one")]
    [InlineData("producers wait and never drop a message", "--delivery", "acknowledged", "--overflow", "any")]
    [InlineData("has one group, its workers", "--delivery", "acknowledged", "--max-groups", "2")]
    [InlineData("Only a broadcast queue has groups", "--max-groups", "2")]
    [InlineData("A queue has no leases", "--max-leases", "2")]
    [InlineData("MaxLeases must be from 1 to", "--delivery", "acknowledged", "--max-leases", "0")]
    [InlineData("MaxGroups must be from 0 to", "--delivery", "broadcast", "--max-groups", "65")]
    public void What_no_program_would_open_is_not_created(string because, params string[] arguments)
    {
        using TradeQueue trades = TradeQueue.Create("trades", Options);
        Shmq(["create", "jobs", "--like", "trades", .. arguments]).ShouldRefuse(2, because);
        Folder.Content.ShouldBe(["trades"]);
    }

    [Fact]
    public void Producers_of_leased_messages_wait()
    {
        var queue = Create(8);
        Shmq("send", Name, "{}").ShouldRefuse(5, "is full; 0 messages were sent before. Use --wait to wait for room.");
        Shmq("send", Name, "{}", "--shift").ShouldRefuse(5, "never drop a message");
        Acknowledge(queue, 1);
        Shmq("send", Name, "{}").Text.ShouldBe("1 message sent.\n");
    }

    [Fact]
    public void Drain_acknowledges_what_it_wrote()
    {
        var queue = Create(4);
        PeerProcess alive = Holder(1), dead = Holder(1);
        dead.Kill();
        Shmq("drain", Name, "--count", "1").Text.ShouldContain("\"Sequence\":1,", customMessage: "what the dead had comes first");
        Answer rest = Shmq("drain", Name);
        rest.ExitCode.ShouldBe(0);
        rest.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(2);
        rest.Error.ShouldBe($"shmq: 1 message is with workers, which have not settled it. 'shmq stat {Name} --directory {Folder.Location}' "
            + "shows them.\n");
        queue.Count.ShouldBe(1);
        alive.Tell("acknowledge");
        alive.Hear("acknowledged");
        Shmq("drain", Name, "--quiet").Text.ShouldBe("0 messages taken.\n");
        queue.Complete();
        Shmq("drain", Name).Text.ShouldBeEmpty();
        queue.IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public void Drain_leaves_what_it_cannot_write()
    {
        var queue = Create(4);
        Answer answer = Script($"shmq drain {Name} > /dev/full");
        answer.ExitCode.ShouldBe(1, answer.Error);
        answer.Error.ShouldContain($"0 messages were taken and written before; the others are still in the queue '{Name}'");
        queue.Count.ShouldBe(4);
        queue.Take().Value.Sequence.ShouldBe(0);
    }

    [Fact]
    public void Drain_is_held_up_by_a_claim_of_the_living()
    {
        var queue = Create(1);
        queue.TryClaim(out SlotWriter<Parcel> writer).ShouldBeTrue();
        using (writer)
        {
            queue.Enqueue(new Parcel(1, 2));
            Shmq("drain", Name, "--quiet").ShouldRefuse(5, "1 message was taken. Then position 1 blocked the queue");
            writer.Value = new Parcel(1, 1);
            writer.Commit();
        }

        Shmq("drain", Name, "--quiet").Text.ShouldBe("2 messages taken.\n");
    }

    [Fact]
    public void Drain_takes_for_a_group_and_begins_none()
    {
        var queue = CreateBroadcast();
        using var billing = queue.JoinGroup("billing");
        for (int i = 0; i < 3; i++) queue.Enqueue(new Parcel(1, i));
        Shmq("drain", Name).ShouldRefuse(5, "--group takes those of a group");
        Shmq("drain", Name, "--group", "mail").ShouldRefuse(3, "has no group 'mail'");
        Shmq("drain", Name, "--group", "billing").Lines.Count.ShouldBe(3);
        billing.TryTake(out _).ShouldBeFalse();
        queue.GetStatistics().Groups.ShouldHaveSingleItem().Acknowledged.ShouldBe(3);
    }

    [Fact]
    public void Serialized_messages_are_drained_and_declared()
    {
        Shmq("schema", "parcels").ShouldRefuse(3, "There is no queue");
        var queue = Create(1);
        Shmq("schema", Name, "--as", "csharp").Text.ShouldContain("[ShmQueue(Capacity = 8, Delivery = Delivery.Acknowledged)]\n");
        Shmq("create", "one", "--like", Name, "--producers", "one").ExitCode.ShouldBe(0);
        Shmq("schema", "one", "--as", "csharp").Text
            .ShouldContain("[ShmQueue(Capacity = 8, Producers = Endpoints.One, Delivery = Delivery.Acknowledged)]\n");
        Shmq("send", "one", "{}", "{}").ExitCode.ShouldBe(0);
        Shmq("drain", "one", "--quiet").Text.ShouldBe("2 messages taken.\n");
        queue.Count.ShouldBe(1);
    }

    [Fact]
    public void Redrive_moves_dead_letters_back_in_their_order()
    {
        var queue = WithDead(3);
        queue.Count.ShouldBe(0);
        Shmq("redrive", "dead", Name, "--count", "1").Text.ShouldBe($"1 message moved from 'dead' to '{Name}'.\n");
        JsonElement moved = JsonDocument.Parse(Shmq("redrive", "dead", Name, "--json").Text).RootElement;
        moved.GetProperty("moved").GetInt64().ShouldBe(2);
        for (int i = 0; i < 3; i++)
        {
            using var lease = queue.Take();
            (lease.Value.Sequence, lease.Deliveries).ShouldBe((i, 1));
            lease.Acknowledge().ShouldBeTrue();
        }

        Shmq("redrive", "dead", Name).Text.ShouldBe($"0 messages moved from 'dead' to '{Name}'.\n");
        Facts("dead").GetProperty("depth").GetInt64().ShouldBe(0);
    }

    [Fact]
    public void Redrive_leaves_what_there_is_no_room_for()
    {
        var queue = WithDead(3);
        for (int i = 0; i < 7; i++) queue.Enqueue(new Parcel(2, i));
        Shmq("redrive", "dead", Name).ShouldRefuse(5,
            $"The queue '{Name}' is full. 1 message was moved before; the rest is still in 'dead'. Use --wait to wait for room.");
        Facts("dead").GetProperty("depth").GetInt64().ShouldBe(2);
        queue.Complete();
        Shmq("redrive", "dead", Name).ShouldRefuse(5, "was completed, so nothing can be sent any more. Delete it and create a new one. "
            + "0 messages were moved before; the rest is still in 'dead'.");
        JsonElement group = Facts("dead").GetProperty("groups")[0];
        (group.GetProperty("waiting").GetInt64(), group.GetProperty("leased").GetInt64()).ShouldBe((2, 0));
    }

    [Fact]
    public void Redrive_leaves_what_the_living_have_and_takes_what_the_dead_had()
    {
        WithDead(3);
        using var dead = TypedAcknowledged<Parcel, ManyProducers>.Open(Contracts.Parcel<ManyProducers, Workers>(), "dead", Options);
        _ = dead.Take();
        PeerProcess looked = Folder.Track(PeerProcess.Start(["keep", "ManyProducers", "Workers", Folder.Location, "dead", "1"]));
        looked.Hear("holds 1");
        looked.Kill();
        Shmq("redrive", "dead", Name).Text.ShouldBe($"2 messages moved from 'dead' to '{Name}'.\n");
        Facts("dead").GetProperty("groups")[0].GetProperty("leased").GetInt64().ShouldBe(1);
    }

    [Fact]
    public void Redrive_refuses_what_does_not_belong_together()
    {
        WithDead(1);
        using TradeQueue trades = TradeQueue.Create("trades", Options);
        using JobQueue jobs = JobQueue.Create("jobs", Options);
        Shmq("redrive", "dead", "jobs").ShouldRefuse(4, "are of different message types");
        Shmq("redrive", "trades", Name).ShouldRefuse(5, "has no leases, so it is no dead-letter queue");
        Shmq("redrive", "dead", "dead").ShouldRefuse(2, "was given twice");
        Shmq("redrive", "dead", "none").ShouldRefuse(3, "There is no queue 'none'");
        Shmq("redrive", "dead", Name, "--group", "billing").ShouldRefuse(2, "is not a broadcast queue");
        Shmq("redrive", "dead").ExitCode.ShouldBe(2);
        Facts("dead").GetProperty("depth").GetInt64().ShouldBe(1);
    }

    [Fact]
    public void Redrive_moves_the_dead_letters_of_one_group_of_a_broadcast_queue()
    {
        var queue = CreateBroadcast();
        var dead = CreateBroadcast("dead");
        using var billing = queue.JoinGroup("billing");
        using var mail = queue.JoinGroup("mail");
        dead.JoinGroup("billing").Dispose();
        dead.JoinGroup("other").Dispose();
        for (int i = 0; i < 2; i++) dead.Enqueue(new Parcel(1, i));
        Shmq("redrive", "dead", Name).ShouldRefuse(2, "Use --group to name one: 'billing', 'other'.");
        Shmq("redrive", "dead", Name, "--group", "billing").Text.ShouldBe($"2 messages moved from 'dead' to '{Name}'.\n");
        (billing.Take().Value.Sequence, mail.Take().Value.Sequence).ShouldBe((0, 0), "everybody gets what is sent to a broadcast queue");
        dead.GetStatistics().Groups.Select(static g => (g.Name, g.Waiting, g.Acknowledged)).ShouldBe([("billing", 0, 2), ("other", 2, 0)]);
    }
}

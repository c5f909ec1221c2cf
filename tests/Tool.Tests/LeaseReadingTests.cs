using System.Text.Json;

namespace TypedShmQueue.Tool.Tests;

/// <summary>What <c>ls</c>, <c>stat</c>, <c>watch</c>, <c>dump</c> and <c>peek</c> show of leases and of those who have them.</summary>
public sealed class LeaseReadingTests : LeasedTests
{
    [Fact]
    public void Stat_shows_who_works_on_what()
    {
        var queue = Create(5);
        PeerProcess alive = Holder(1), dead = Holder(2);
        dead.Kill();
        Acknowledge(queue, 1); // the first of the dead's: others look for them before they take new ones
        queue.Take().Abandon();
        Shmq("stat", Name).Text.ShouldMatchScreen(Folder.Location);

        JsonElement facts = Facts();
        facts.GetProperty("delivery").GetString().ShouldBe("acknowledged");
        facts.GetProperty("depth").GetInt64().ShouldBe(4);
        facts.GetProperty("dequeued").GetInt64().ShouldBe(1);
        JsonElement group = facts.GetProperty("groups")[0];
        (group.GetProperty("waiting").GetInt64(), group.GetProperty("leased").GetInt64(), group.GetProperty("acknowledged").GetInt64())
            .ShouldBe((3, 1, 1));
        (group.GetProperty("takenBack").GetInt64(), group.GetProperty("givenBack").GetInt64()).ShouldBe((2, 1));
        JsonElement lease = group.GetProperty("leases").EnumerateArray().Single();
        (lease.GetProperty("position").GetInt64(), lease.GetProperty("deliveries").GetInt32(), lease.GetProperty("processId").GetInt32(),
            lease.GetProperty("isAlive").GetBoolean()).ShouldBe((0, 1, alive.Id, true));
        TimeSpan.Parse(lease.GetProperty("age").GetString()!, null).ShouldBeGreaterThanOrEqualTo(TimeSpan.Zero);
    }

    [Fact]
    public void Leases_of_the_dead_are_shown_with_their_process_until_others_take_them()
    {
        var queue = Create(3);
        PeerProcess dead = Holder(2);
        int id = dead.Id;
        dead.Kill();
        JsonElement[] leases = [.. Facts().GetProperty("groups")[0].GetProperty("leases").EnumerateArray()];
        leases.Select(static l => (l.GetProperty("position").GetInt64(), l.GetProperty("processId").GetInt32(),
            l.GetProperty("isAlive").GetBoolean())).ShouldBe([(0, id, false), (1, id, false)]);
        Acknowledge(queue, 3);
        // The dead's entry still names the positions, of which nothing is open any more: neither now nor when the ring has gone round.
        for (int i = 3; i < 19; i++)
        {
            if (i % 4 == 3) Facts().GetProperty("groups")[0].GetProperty("leases").GetArrayLength().ShouldBe(0);
            queue.Enqueue(new Parcel(1, i));
            Acknowledge(queue, 1);
        }
    }

    [Fact]
    public void Stat_shows_groups_beside_subscriptions()
    {
        var queue = CreateBroadcast();
        using var audit = queue.Subscribe("audit", SubscribeFrom.Oldest, null);
        using var billing = queue.JoinGroup("billing");
        queue.JoinGroup("mail").Dispose();
        for (int i = 0; i < 4; i++) queue.Enqueue(new Parcel(1, i));
        PeerProcess member = Member("billing", 2);
        Acknowledge(billing, 1);
        Shmq("stat", Name).Text.ShouldMatchScreen(Folder.Location);
        JsonElement facts = Facts();
        facts.GetProperty("subscriptions")[0].GetProperty("name").GetString().ShouldBe("audit");
        JsonElement[] groups = [.. facts.GetProperty("groups").EnumerateArray()];
        groups.Select(g => (g.GetProperty("name").GetString(), g.GetProperty("waiting").GetInt64(), g.GetProperty("leased").GetInt64(),
            g.GetProperty("members").GetInt32())).ShouldBe([("billing", 1, 2, 2), ("mail", 4, 0, 0)]);
        groups[0].GetProperty("leases").EnumerateArray().Select(static l => l.GetProperty("processId").GetInt32())
            .ShouldBe([member.Id, member.Id]);
    }

    [Fact]
    public void Ls_and_watch_show_how_many_are_leased()
    {
        var queue = Create(3);
        var lease = queue.Take();
        Shmq("ls").Text.ShouldMatch(@"parcels +Parcel +3 +8 +many→many, acknowledged +1 +\d+ KiB +open, 1 leased\n");
        JsonElement listed = JsonDocument.Parse(Shmq("ls", "--json").Text).RootElement[0];
        (listed.GetProperty("leased").GetInt64(), listed.GetProperty("depth").GetInt64()).ShouldBe((1, 3));
        Shmq("watch", Name, "--count", "1").Lines.ShouldBe(["parcels  depth 3/8  in 0/s  out 0/s  attached 1  leased 1"]);
        lease.Acknowledge().ShouldBeTrue();
        JsonElement look = JsonDocument.Parse(Shmq("watch", Name, "--count", "1", "--json").Text).RootElement;
        look.GetProperty("groups")[0].GetProperty("acknowledged").GetInt64().ShouldBe(1);
        var news = CreateBroadcast("news");
        using var billing = news.JoinGroup("billing");
        using var mail = news.JoinGroup("mail");
        news.Enqueue(new Parcel(1, 0));
        _ = mail.Take();
        Shmq("watch", "news", "--count", "1").Lines.ShouldBe(["news  depth 1/8  in 0/s  out -/s  attached 1  leased billing=0 mail=1"]);
    }

    [TerminalFact]
    public void Watch_shows_leases_live()
    {
        var queue = Create(2);
        using ShmqAtTerminal watch =
            ShmqAtTerminal.Start(columns: 160, "watch", Name, "--interval", "0.02", "--directory", Folder.Location);
        watch.WaitFor("LEASED");
        watch.Shown.ShouldNotContain("LEASE OF");
        var lease = queue.Take();
        watch.WaitFor("LEASE OF");
        watch.WaitFor("alive");
        lease.Acknowledge();
        watch.TypeControlC();
        watch.Finish().ShouldBe(0);
    }

    [Fact]
    public void Dump_shows_how_each_message_stands_and_leaves_out_what_is_settled()
    {
        var queue = Create(5);
        Acknowledge(queue, 1);
        PeerProcess alive = Holder(1), dead = Holder(1);
        dead.Kill();
        queue.Take().Abandon(); // the dead's comes first
        queue.Take().Abandon();
        string[] lines = [.. Shmq("dump", Name).Lines];
        lines.Select(static line => JsonDocument.Parse(line).RootElement).Select(static line => (line.GetProperty("position").GetInt64(),
            line.GetProperty("state").GetString(), line.GetProperty("deliveries").GetInt32(),
            line.TryGetProperty("processId", out JsonElement process) ? process.GetInt32() : 0))
            .ShouldBe([(1, "leased", 1, alive.Id), (2, "returned", 3, 0), (3, "waiting", 0, 0), (4, "waiting", 0, 0)]);
        Shmq("dump", Name, "--csv").Lines.Take(3).Select(static line => string.Join(',', line.Split(',').Take(5))).ShouldBe(
            ["position,state,deliveries,processId,Producer", $"1,leased,1,{alive.Id},1", "2,returned,3,,1"]);
        string peeked = Shmq("peek", Name, "--count", "2").Text;
        peeked.ShouldMatch($@"^MESSAGE   1, leased by process {alive.Id} for \d.*, delivery 1\nProducer  1\n");
        peeked.ShouldContain("MESSAGE   2, returned after 3 deliveries\n");
    }

    [Fact]
    public void Lines_of_dump_are_sent_whatever_they_say_of_their_state()
    {
        var queue = Create(3);
        _ = queue.Take();
        Shmq("create", "copies", "--like", Name).ExitCode.ShouldBe(0);
        using ShmqProcess send = Start("send", "copies", "--input", "dump");
        send.Tell(Shmq("dump", Name).Text).Finish().Text.ShouldBe("3 messages sent.\n");
        using var copies = TypedAcknowledged<Parcel, ManyProducers>.Open(Contracts.Parcel<ManyProducers, Workers>(), "copies", Options);
        copies.Take().Value.ShouldBe(new Parcel(1, 0));
        using ShmqProcess bare = Start("send", "copies");
        bare.Tell(Shmq("dump", Name, "--count", "1").Text).Finish().Text.ShouldBe("1 message sent.\n");
    }

    [Fact]
    public void Dump_of_a_broadcast_queue_shows_what_a_group_has_not_settled()
    {
        var queue = CreateBroadcast();
        using var billing = queue.JoinGroup("billing");
        for (int i = 0; i < 3; i++) queue.Enqueue(new Parcel(1, i));
        Acknowledge(billing, 1);
        Shmq("dump", Name).Lines.Count.ShouldBe(3, "all that is kept");
        Shmq("dump", Name).Lines.ShouldAllBe(static line => !line.Contains("state", StringComparison.Ordinal));
        Shmq("dump", Name, "--group", "billing").Lines.Count.ShouldBe(2);
        Shmq("dump", Name, "--group", "mail").ShouldRefuse(3, $"The queue '{Name}' has no group 'mail': 'billing'.");
        using TradeQueue trades = TradeQueue.Create("trades", Options);
        Shmq("dump", "trades", "--group", "mail").ShouldRefuse(2, "is not a broadcast queue");
    }

    [Theory]
    [InlineData("ls")]
    [InlineData("stat", Name)]
    [InlineData("dump", Name)]
    [InlineData("peek", Name, "--count", "3")]
    [InlineData("tail", Name, "--all", "--count", "3")]
    [InlineData("watch", Name, "--count", "2", "--interval", "0.01")]
    [InlineData("verify", Name)]
    [InlineData("doctor", Name)]
    public void No_byte_is_changed_although_there_is_something_to_return(params string[] arguments)
    {
        var queue = Create(4);
        Acknowledge(queue, 1);
        PeerProcess dead = Holder(2);
        dead.Kill();
        string before = HashOf(Name);
        Shmq(arguments).ExitCode.ShouldBe(0);
        HashOf(Name).ShouldBe(before);
    }
}

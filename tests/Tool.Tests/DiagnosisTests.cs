using System.Text.Json;

namespace TypedShmQueue.Tool.Tests;

/// <summary>
/// <c>doctor</c>, <c>verify</c>, <c>repair</c>, <c>gc</c> and <c>rm</c>, on queues whose processes live, were killed, or whose bytes were
/// spoilt.
/// </summary>
public sealed class DiagnosisTests : ToolTests
{
    private const string Name = "parcels";

    private TypedQueue<Parcel, TProducers, TConsumers> Create<TProducers, TConsumers>()
        where TProducers : struct, IProducerRole
        where TConsumers : struct, IConsumerRole =>
        Folder.Track(TypedQueue<Parcel, TProducers, TConsumers>.Create(Contracts.Parcel<TProducers, TConsumers>(), Name, Options));

    private JsonElement[] Findings(int exitCode)
    {
        Answer answer = Shmq("doctor", Name, "--json");
        answer.ExitCode.ShouldBe(exitCode, answer.Error);
        return [.. JsonDocument.Parse(answer.Output).RootElement.EnumerateArray()];
    }

    [Fact]
    public void Nothing_is_wrong_with_a_queue_in_use()
    {
        Create<ManyProducers, ManyConsumers>().Enqueue(new Parcel(1, 0), default);
        Shmq("doctor", Name).Text.ShouldBe($"Nothing is wrong with the queue '{Name}'.\n");
        Shmq("verify", Name).Text.ShouldBe($"The queue '{Name}' is whole: header, schema, 8 slots, 1 message.\n");
        Shmq("repair", Name).Text.ShouldBe($"There is nothing to repair in the queue '{Name}'.\n");
    }

    [Fact]
    public void A_claim_of_the_dead_is_found_and_passed()
    {
        var queue = Create<ManyProducers, ManyConsumers>();
        queue.Enqueue(new Parcel(1, 0), default);
        PeerProcess peer = Peer<ManyProducers, ManyConsumers>("claim", Name, "2");
        peer.Hear("claimed");
        int dead = peer.Id;
        peer.Kill();
        queue.Enqueue(new Parcel(1, 1), default);

        string before = HashOf(Name);
        JsonElement[] findings = Findings(6);
        HashOf(Name).ShouldBe(before, "doctor only looks");
        findings.Take(2).Select(f => f.GetProperty("position").GetInt64()).ShouldBe([1, 2]);
        findings[0].GetProperty("severity").GetString().ShouldBe("trouble");
        findings[0].GetProperty("processId").GetInt32().ShouldBe(dead);
        findings[0].GetProperty("isAlive").GetBoolean().ShouldBeFalse();
        Answer shown = Shmq("doctor", Name);
        shown.ExitCode.ShouldBe(6);
        shown.Output.ShouldMatchScreen(Folder.Location);

        Shmq("repair", Name).Lines.ShouldBe(
        [
            $"skipped position 1: process {dead}, which had claimed it, is dead",
                $"skipped position 2: process {dead}, which had claimed it, is dead", "cleared 1 entry of dead processes",
        ]);
        Findings(0).ShouldBeEmpty();
        queue.TryDequeue(out Parcel first).ShouldBeTrue();
        queue.TryDequeue(out Parcel second).ShouldBeTrue();
        (first, second).ShouldBe((new Parcel(1, 0), new Parcel(1, 1)));
        queue.GetStatistics().Recovered.ShouldBe(2);
    }

    [Fact]
    public void A_claim_of_the_living_is_told_and_left_alone()
    {
        var queue = Create<ManyProducers, ManyConsumers>();
        PeerProcess peer = Peer<ManyProducers, ManyConsumers>("claim", Name, "1");
        peer.Hear("claimed");
        JsonElement finding = Findings(6).ShouldHaveSingleItem();
        finding.GetProperty("position").GetInt64().ShouldBe(0);
        finding.GetProperty("processId").GetInt32().ShouldBe(peer.Id);
        finding.GetProperty("isAlive").GetBoolean().ShouldBeTrue();
        Shmq("repair", Name).ShouldRefuse(5, $"process {peer.Id}, which claimed it, is alive");
        Shmq("dump", Name).Error.ShouldContain("1 position has no message yet");

        peer.Tell("commit");
        peer.Hear("committed");
        queue.TryDequeue(out Parcel parcel).ShouldBeTrue();
        parcel.ShouldBe(new Parcel(100, 1));
        queue.GetStatistics().Abandoned.ShouldBe(0);
    }

    [Fact]
    public void Roles_of_the_dead_are_given_back_and_those_of_the_living_are_not()
    {
        Create<OneProducer, OneConsumer>();
        PeerProcess producer = Peer<OneProducer, OneConsumer>("hold-producer", Name);
        PeerProcess consumer = Peer<OneProducer, OneConsumer>("hold-consumer", Name);
        producer.Hear().ShouldNotBeNull();
        consumer.Hear().ShouldNotBeNull();
        int dead = consumer.Id;
        consumer.Kill();
        Findings(0)[0].GetProperty("what").GetString().ShouldBe($"Process {dead} held the role of the one consumer and died.");
        Shmq("repair", Name).Lines.ShouldBe([$"freed the consumer's role: process {dead} is dead", "cleared 1 entry of dead processes"]);
        Shmq("send", Name, "{}").ShouldRefuse(5, $"process {producer.Id} holds that role");
    }

    [Fact]
    public void A_subscription_that_nobody_holds_is_told_and_can_be_removed()
    {
        using NewsQueue queue = NewsQueue.Create(Name, Options);
        queue.Subscribe("audit", SubscribeFrom.Oldest, new SubscriptionOptions { HoldWhenAbsent = TimeSpan.FromDays(1) }).Dispose();
        for (int i = 0; i < 8; i++) queue.Enqueue(new News { Id = i });
        queue.TryEnqueue(new News { Id = 8 }).ShouldBeFalse();
        JsonElement finding = Findings(6).ShouldHaveSingleItem();
        finding.GetProperty("what").GetString()
            .ShouldBe("The subscription 'audit' has no holder, is 8 messages behind, and producers wait for it.");
        finding.GetProperty("remedy").GetString()!.ShouldContain($"shmq repair {Name} --remove-subscription audit");
        Shmq("repair", Name, "--remove-subscription", "nobody").ShouldRefuse(3, "has no subscription 'nobody'");
        Shmq("repair", Name, "--remove-subscription", "audit").Text.ShouldBe("removed the subscription 'audit'\n");
        queue.TryEnqueue(new News { Id = 8 }).ShouldBeTrue();
    }

    [Theory]
    [InlineData("news")]
    [InlineData("-news")]    // a name that a parser could take for an option
    public void Advice_repeats_the_folder_so_that_it_reaches_the_same_queue(string name)
    {
        string folder = Path.Combine(Folder.Location, "a folder");
        QueueFolder.Make(folder);
        using NewsQueue queue = NewsQueue.Create(name, Options with { Directory = folder });
        queue.Subscribe("audit", SubscribeFrom.Oldest, new SubscriptionOptions { HoldWhenAbsent = TimeSpan.FromDays(1) }).Dispose();
        using ShmqProcess doctor = ShmqProcess.Start(["doctor", "--json", "--directory", folder, "--shared", "--", name]);
        string remedy = JsonDocument.Parse(doctor.Finish().Output).RootElement[0].GetProperty("remedy").GetString()!;
        remedy.ShouldContain($"--directory '{folder}' --shared");

        string advised = remedy[(remedy.IndexOf("'shmq ", StringComparison.Ordinal) + 1)..remedy.LastIndexOf('\'')];
        Script("shmq() { bare \"$@\"; }\n" + advised).Text.ShouldBe("removed the subscription 'audit'\n");
        queue.Subscriptions.ShouldBeEmpty();
    }

    [Fact]
    public void A_subscription_that_is_held_is_not_removed()
    {
        using NewsQueue queue = NewsQueue.Create(Name, Options);
        using var audit = queue.Subscribe("audit", SubscribeFrom.Oldest);
        Shmq("repair", Name, "--remove-subscription", "audit")
            .ShouldRefuse(5, $"Process {Environment.ProcessId} holds the subscription 'audit'");
        queue.Subscriptions.ShouldHaveSingleItem().Name.ShouldBe("audit");
    }

    [Theory]
    [InlineData(512, 3, "The next position to take")]    // tail, before the first position there is
    [InlineData(512, 1_000_000_000_008, "The next position to take")]    // tail, so far beyond head that nobody walks there
    [InlineData(640, 1L << 40, "The next position to take")]    // head, far beyond tail
    [InlineData(640, long.MinValue, "The next position to take")]    // head, where there is no position
    [InlineData(-1, 77, "no queue writes the word 0x4d")]    // the word of the first slot
    public void A_spoilt_word_is_found_and_no_repair_touches_it(long offset, long value, string what)
    {
        Create<ManyProducers, ManyConsumers>().Enqueue(new Parcel(1, 0), default);
        Spoil(offset >= 0 ? offset : SlotsOffset(), value);
        string before = HashOf(Name);
        Answer verified = Shmq("verify", Name);
        verified.ExitCode.ShouldBe(4);
        verified.Output.ShouldContain(what);
        verified.Error.ShouldBeEmpty();
        Findings(4)[0].GetProperty("severity").GetString().ShouldBe("corrupt");
        Shmq("repair", Name).ShouldRefuse(4, "is corrupt, and a repair cannot restore it");
        Answer dumped = Shmq("dump", Name);
        (dumped.ExitCode, dumped.Error.Contains("The head or tail of the queue is corrupt", StringComparison.Ordinal))
            .ShouldBe(offset >= 0 ? (4, true) : (0, false));
        if (offset >= 0)
            dumped.Output.ShouldStartWith("""{"position":0,"message":{"Producer":1,"Sequence":0,""",
                customMessage: "what is in the slots is there, whatever head and tail say");
        _ = Shmq("stat", Name).Text;
        HashOf(Name).ShouldBe(before);
    }

    [Theory]
    [InlineData(15, 200, "545351000000000000000000000000c8", "a length beyond its bytes")]
    [InlineData(1, 0xFF, "54ff5100000000000000000000000003", "no UTF-8")]
    public void Bytes_that_are_no_value_of_a_field_are_found_and_shown_as_they_are(int at, byte value, string bytes, string what)
    {
        using TradeQueue queue = TradeQueue.Create(Name, Options);
        queue.Enqueue(new Trade { Id = 1, Symbol = "TSQ" });
        const int Word = 8, Text = 17;
        using (FileStream file = Folder.OpenShared(Name, FileAccess.Write))
        {
            file.Position = SlotsOffset() + Word + Text + at;
            file.WriteByte(value);
        }

        Answer verified = Shmq("verify", Name, "--json");
        verified.ExitCode.ShouldBe(4, what);
        JsonDocument.Parse(verified.Output).RootElement.GetProperty("faults")[0].GetString()
            .ShouldBe("position 0: the bytes of Symbol are not a valid value of its type");
        Shmq("dump", Name).Text.ShouldContain($"\"Symbol\":\"0x{bytes}\"");
    }

    [Fact]
    public void Gc_takes_away_what_was_to_go_and_nothing_else()
    {
        using (TradeQueue.Create("kept", Options))
        {
        }

        using TradeQueue held = TradeQueue.Create("held", Options);
        using (TradeQueue.Create("deleted", Options))
        {
        }

        MarkDeleted("held");
        MarkDeleted("deleted");
        const string Left = ".new-left-by-the-dead-0123456789abcdef0123456789abcdef";
        File.WriteAllBytes(Folder.PathOf(Left), [.. BitConverter.GetBytes(QueueMark.Magic), 0, 0]);
        // Of one that died before its mark was there.
        const string Empty = ".new-empty-0123456789abcdef0123456789abcdef";
        File.WriteAllBytes(Folder.PathOf(Empty), []);
        JsonElement dry = JsonDocument.Parse(Shmq("gc", "--dry-run", "--json").Text).RootElement;
        string[] leftovers = [.. dry.GetProperty("removed").EnumerateArray().Select(e => e.GetString()!).Skip(1)];
        leftovers.ShouldBe([Left, Empty], ignoreOrder: true);
        dry.GetProperty("removed")[0].GetString().ShouldBe("deleted");
        Folder.Content.Count.ShouldBe(5);
        Shmq("gc").Lines.ShouldBe(["'deleted' was removed.", .. leftovers.Select(left => $"'{left}' was removed."),
            "'held' was deleted, but live processes still hold it. Its name stays until they close it."]);
        Folder.Content.ShouldBe(["held", "kept"]);
        Findings("held", 6)[0].GetProperty("what").GetString().ShouldStartWith("The queue was deleted");
        held.Dispose();
        Shmq("gc").Lines.ShouldBe(["'held' was removed."]);
        Shmq("gc").Text.ShouldBe($"There is nothing to remove in '{Folder.Location}'.\n");
    }

    [Fact]
    public void Rm_deletes_what_it_is_told_to_and_only_if_somebody_says_yes()
    {
        using TradeQueue queue = TradeQueue.Create(Name, Options);
        File.WriteAllText(Folder.PathOf("notes.txt"), "no queue");
        Shmq("rm", Name).ShouldRefuse(5, "Use --yes to delete it");
        using (ShmqProcess asked = Start("rm", Name)) asked.Tell("n\n").Finish().ExitCode.ShouldBe(5);
        File.Exists(Folder.PathOf(Name)).ShouldBeTrue();
        Shmq("rm", Name, "notes.txt", "--yes").ShouldRefuse(4, "was not touched");
        Folder.Content.ShouldBe(["notes.txt"]);
        queue.IsDeleted.ShouldBeTrue();
        Shmq("rm", Name, "--yes").ShouldRefuse(3, $"There is no queue '{Name}'");
    }

    [Fact]
    public void Rm_of_several_goes_on_behind_one_that_is_not_there()
    {
        using TradeQueue one = TradeQueue.Create("one", Options), two = TradeQueue.Create("two", Options);
        Answer answer = Shmq("rm", "one", "none", "two", "--yes", "--json");
        answer.ShouldRefuse(3, "There is no queue 'none'");
        JsonDocument.Parse(answer.Output).RootElement.GetProperty("deleted").EnumerateArray().Select(static name => name.GetString())
            .ShouldBe(["one", "two"]);
        (one.IsDeleted, two.IsDeleted).ShouldBe((true, true));
    }

    private JsonElement[] Findings(string queue, int exitCode)
    {
        Answer answer = Shmq("doctor", queue, "--json");
        answer.ExitCode.ShouldBe(exitCode);
        return [.. JsonDocument.Parse(answer.Output).RootElement.EnumerateArray()];
    }

    private void MarkDeleted(string queue) => Write(queue, 1024, 1);

    private void Spoil(long offset, long value) => Write(Name, offset, value);

    private void Write(string queue, long offset, long value)
    {
        using FileStream file = Folder.OpenShared(queue, FileAccess.Write);
        file.Position = offset;
        file.Write(BitConverter.GetBytes(value));
    }

    /// <summary>As the header says it.</summary>
    private long SlotsOffset()
    {
        using FileStream file = Folder.OpenShared(Name, FileAccess.Read);
        file.Position = 72;
        byte[] offset = new byte[sizeof(long)];
        file.ReadExactly(offset);
        return BitConverter.ToInt64(offset);
    }
}

using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace TypedShmQueue.Tool.Tests;

/// <summary><c>ls</c>, <c>stat</c>, <c>dump</c> and <c>schema</c>, on queues of messages that the tool has never seen.</summary>
public sealed class ReadingTests : ToolTests
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true, NewLine = "\n" };

    private TradeQueue CreateTrades(int messages = 3)
    {
        TradeQueue queue = Folder.Track(TradeQueue.Create("trades", Options));
        for (int i = 1; i <= messages; i++) queue.Enqueue(new Trade { Id = i, Price = 100.5 + i, Side = Side.Sell, Symbol = "TSQ" });
        return queue;
    }

    [Fact]
    public void Ls_lists_each_queue_and_says_what_is_wrong_with_a_file()
    {
        CreateTrades();
        Folder.Track(TickQueue.Create("ticks", Options)).Complete();
        Folder.Track(NewsQueue.Create("news", Options)).Enqueue(new News { Id = 1 });
        File.WriteAllText(Folder.PathOf("notes.txt"), "no queue");
        Answer answer = Shmq("ls");
        answer.Text.ShouldMatchScreen(Folder.Location);
        JsonElement[] listed = [.. JsonDocument.Parse(Shmq("ls", "--json").Text).RootElement.EnumerateArray()];
        listed.Select(q => q.GetProperty("name").GetString()).ShouldBe(["news", "ticks", "trades"]);
        listed[2].GetProperty("depth").GetInt64().ShouldBe(3);
    }

    [Fact]
    public void Ls_of_an_empty_folder_says_so()
    {
        Shmq("ls").Text.ShouldBe($"No queues in '{Folder.Location}'.\n");
        Shmq("ls", "--json").Text.ShouldBe("[]\n");
    }

    [Theory]
    [InlineData("ls")]
    [InlineData("gc")]
    [InlineData("watch")]
    public void A_folder_that_is_not_there_is_told(string verb)
    {
        string nowhere = Folder.PathOf("nowhere");
        using ShmqProcess shmq = ShmqProcess.Start(verb, "--directory", nowhere);
        shmq.Finish().ShouldRefuse(1, $"There is no folder '{nowhere}'.");
    }

    [Fact]
    public void Stat_tells_all_about_a_queue()
    {
        using TradeQueue queue = CreateTrades();
        queue.Dequeue();
        Shmq("stat", "trades").Text.ShouldMatchScreen(Folder.Location);
        JsonElement facts = JsonDocument.Parse(Shmq("stat", "trades", "--json").Text).RootElement;
        facts.GetProperty("depth").GetInt64().ShouldBe(2);
        facts.GetProperty("dequeued").GetInt64().ShouldBe(1);
        facts.GetProperty("participants")[0].GetProperty("processId").GetInt32().ShouldBe(Environment.ProcessId);
        facts.GetProperty("participants")[0].GetProperty("isAlive").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public void Stat_tells_the_subscriptions_of_a_broadcast_queue()
    {
        using NewsQueue queue = NewsQueue.Create("news", Options);
        using var audit = queue.Subscribe("audit", SubscribeFrom.Oldest);
        using var lossy = queue.Subscribe(SubscribeFrom.Latest, new SubscriptionOptions { Lossy = true });
        for (int i = 0; i < 5; i++) queue.Enqueue(new News { Id = i });
        Shmq("stat", "news").Text.ShouldMatchScreen(Folder.Location);
    }

    [Fact]
    public void Stat_sees_the_dead()
    {
        using var queue = TypedQueue<Parcel, ManyProducers, ManyConsumers>
            .Create(Contracts.Parcel<ManyProducers, ManyConsumers>(), "parcels", Options);
        PeerProcess peer = Peer<ManyProducers, ManyConsumers>("claim", "parcels", "1");
        peer.Hear("claimed");
        peer.Kill();
        JsonElement facts = JsonDocument.Parse(Shmq("stat", "parcels", "--json").Text).RootElement;
        facts.GetProperty("attached").GetInt32().ShouldBe(1);
        facts.GetProperty("dead").GetInt32().ShouldBe(1);
    }

    [Fact]
    public void Dump_prints_messages_field_by_field_and_leaves_them()
    {
        using TradeQueue queue = CreateTrades();
        Shmq("dump", "trades").Text.ShouldMatchScreen(Folder.Location);
        Shmq("dump", "trades", "--csv", "--count", "1").Lines.ShouldBe(["position,Id,Price,Side,Symbol", "0,1,101.5,Sell,TSQ"]);
        queue.Count.ShouldBe(3);
    }

    [Fact]
    public void Csv_quotes_what_would_be_taken_for_its_own_signs()
    {
        using TradeQueue queue = CreateTrades(0);
        queue.Enqueue(new Trade { Symbol = "a,\"b\"\nc" });
        Shmq("dump", "trades", "--csv").Text.ShouldEndWith(",Buy,\"a,\"\"b\"\"\nc\"\n");
    }

    [Fact]
    public void Dump_shows_every_type_of_field()
    {
        using EverythingQueue queue = EverythingQueue.Create("everything", Options);
        queue.Enqueue(Sample());
        JsonNode message = JsonNode.Parse(Shmq("dump", "everything").Text)!["message"]!;
        JsonSerializer.Serialize(message, s_indented).ShouldMatchScreen(Folder.Location);
    }

    [Fact]
    public void Dump_of_serialized_messages_shows_their_json()
    {
        using OrderQueue queue = OrderQueue.Create("orders", Options);
        queue.Enqueue(new Order(7, "Łucja", ["tea", "milk"]));
        Shmq("dump", "orders").Text.ShouldBe("""{"position":0,"message":{"Id":7,"Customer":"\u0141ucja","Items":["tea","milk"]}}"""
            + "\n", "the bytes as the serializer wrote them");
        Shmq("dump", "orders", "--csv").Lines[1]
            .ShouldBe("\"0\",".Replace("\"", "", StringComparison.Ordinal)
            + "\"{\"\"Id\"\":7,\"\"Customer\"\":\"\"Łucja\"\",\"\"Items\"\":[\"\"tea\"\",\"\"milk\"\"]}\"");
    }

    [Fact]
    public void Messages_that_only_wait_in_a_ring_of_one_producer_are_all_shown()
    {
        using TickQueue queue = TickQueue.Create("ticks", Options);
        for (int i = 0; i < 20; i++)
        {
            queue.Enqueue(new Tick { Id = i });
            if (i < 12) queue.Dequeue();
        }

        Shmq("dump", "ticks").Lines.Count.ShouldBe(8);
        Shmq("dump", "ticks").Lines[0].ShouldBe("""{"position":12,"message":{"Id":12}}""");
    }

    [Fact]
    public void Schema_is_shown_to_people_and_programs()
    {
        CreateTrades(0);
        Shmq("schema", "trades").Text.ShouldMatchScreen(Folder.Location);
        Shmq("schema", "trades", "--as", "text").Text.ShouldBe(Encoding.UTF8.GetString(TradeQueue.Schema));
        JsonElement schema = JsonDocument.Parse(Shmq("schema", "trades", "--json").Text).RootElement;
        schema.GetProperty("id").GetString().ShouldBe(string.Create(CultureInfo.InvariantCulture, $"0x{TradeQueue.SchemaId:x16}"));
        schema.GetProperty("fields")[2].GetProperty("names")[1].GetProperty("name").GetString().ShouldBe("Sell");
    }

    [Theory]
    [InlineData("ls")]
    [InlineData("stat", "trades")]
    [InlineData("dump", "trades")]
    [InlineData("dump", "trades", "--csv")]
    [InlineData("schema", "trades")]
    [InlineData("peek", "trades", "--count", "3")]
    [InlineData("tail", "trades", "--all", "--count", "3")]
    [InlineData("watch", "trades", "--count", "2", "--interval", "0.01")]
    [InlineData("verify", "trades")]
    [InlineData("doctor", "trades")]
    public void No_byte_of_a_queue_is_changed(params string[] arguments)
    {
        CreateTrades();
        string before = HashOf("trades");
        _ = Shmq(arguments).Text;
        HashOf("trades").ShouldBe(before);
        if (OperatingSystem.IsWindows()) return; // it has no such modes
        File.SetUnixFileMode(Folder.PathOf("trades"), UnixFileMode.UserRead);
        _ = Shmq(arguments).Text;
    }

    internal static Everything Sample()
    {
        Everything all = new()
        {
            Money = -1234.5600m, Int128 = Int128.MinValue, UInt128 = UInt128.MaxValue,
                Key = new Guid("00112233-4455-6677-8899-aabbccddeeff"),
            DateTimeOffset = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)), Text = "grün \u001b[31m", I64 = long.MinValue,
                U64 = ulong.MaxValue,
            F64 = double.NaN, DateTime = new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), TimeSpan = TimeSpan.FromMinutes(-1.5),
                TimeOnly = new TimeOnly(23, 59, 58),
            Range = 1..^2, I32 = -5, U32 = uint.MaxValue, F32 = 1.5e-7f, Rune = new Rune(0x1F600), DateOnly =
                new DateOnly(2026, 1, 2), Index = ^3,
            Vector2 = new Vector2(1, 2), Vector3 = new Vector3(1, 2, 3), Vector4 = new Vector4(1, 2, 3, 4),
                Quaternion = new Quaternion(1, 2, 3, 4),
            Matrix = new Matrix3x2(1, 2, 3, 4, 5, 6), Complex = new Complex(1.5, -2.5),
                Inner = new Inner { Sequence = 9, Best = new Level { Price = 8.25, Size = 7 } },
            Maybe = 42, I16 = short.MinValue, U16 = ushort.MaxValue, Half = (Half)0.5, Letter = 'x', I8 = sbyte.MinValue,
                U8 = byte.MaxValue, Bool = true, Side = (Side)9,
        };
        for (int i = 0; i < 4; i++) all.Numbers[i] = i * i;
        for (int i = 0; i < 3; i++) all.Levels[i] = new Level { Price = 10 + i, Size = 100 * i };
        return all;
    }
}

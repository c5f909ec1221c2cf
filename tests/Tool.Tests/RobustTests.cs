using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace TypedShmQueue.Tool.Tests;

/// <summary>
/// Messages and surroundings that are unusual and allowed: the tool does what it is asked to, or says in a sentence what is in the way.
/// </summary>
public sealed class RobustTests : ToolTests
{
    [Fact]
    public void Json_with_half_of_a_surrogate_pair_is_shown_and_taken()
    {
        using OrderQueue orders = OrderQueue.Create("orders", Options);
        Shmq("send", "orders", """{"Customer":"\ud800"}""").ExitCode.ShouldBe(0);
        ShouldShowAndTake("orders", """{"Customer":"\ud800"}""");
    }

    [Fact]
    public void Json_as_deep_as_a_serializer_may_write_it_is_shown_and_taken()
    {
        using OrderQueue orders = OrderQueue.Create("orders", Options);
        string deep = new string('[', 100) + new string(']', 100);
        Shmq("send", "orders", deep).ExitCode.ShouldBe(0);
        ShouldShowAndTake("orders", deep);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(300)]
    [InlineData(2000)]
    public void A_struct_in_as_many_structs_is_shown_and_taken_and_sent(int levels)
    {
        string path = string.Join('.', Enumerable.Repeat("a", levels));
        QueueContract contract = Contracts.Of<Report, ManyProducers, ManyConsumers>($"0 4 i32 {path}\n", capacity: 2);
        using var queue = TypedQueue<Report, ManyProducers, ManyConsumers>.Create(contract, "deep", Options);
        queue.Enqueue(new Report { Number = 7 }, default);
        Shmq("dump", "deep").Text.ShouldContain("7");
        Shmq("schema", "deep", "--as", "csharp").ExitCode.ShouldBe(0);
        Shmq("schema", "deep", "--as", "c").ExitCode.ShouldBe(0);
        string drained = Shmq("drain", "deep").Text;
        Shmq("send", "deep", drained.TrimEnd()).Text.ShouldBe("1 message sent.\n");
        queue.TryDequeue(out Report back).ShouldBeTrue();
        back.Number.ShouldBe(7);
    }

    [Fact]
    public void A_message_without_fields_is_shown_and_taken_and_sent()
    {
        QueueContract contract = Contracts.Of<Report, ManyProducers, ManyConsumers>("", capacity: 2);
        using var queue = TypedQueue<Report, ManyProducers, ManyConsumers>.Create(contract, "empty", Options);
        Shmq("send", "empty", "{}").Text.ShouldBe("1 message sent.\n");
        Shmq("verify", "empty").ExitCode.ShouldBe(0);
        Shmq("dump", "empty", "--csv").Text.ShouldBe("position\n0\n");
        Shmq("peek", "empty").ExitCode.ShouldBe(0);
        Shmq("schema", "empty").ExitCode.ShouldBe(0);
        Shmq("schema", "empty", "--as", "c").Text.ShouldContain("uint8_t pad0[16];");
        ShouldShowAndTake("empty", "{}");
    }

    [Fact]
    public void What_is_taken_and_cannot_be_written_is_told_with_the_error()
    {
        using TradeQueue trades = TradeQueue.Create("trades", Options);
        for (int i = 5; i < 8; i++) trades.Enqueue(new Trade { Id = i });
        Answer answer = Script("shmq drain trades > /dev/full");
        answer.ShouldRefuse(1, "The output cannot be written: No space left on device. One message was taken but not completely written. "
            + "It is: {\"Id\":5,");
        answer.Error.ShouldContain("No other message was taken; the rest is still in the queue 'trades'.");
        trades.Count.ShouldBe(2);
        Script("shmq dump trades > /dev/full").ShouldRefuse(1, "No space left on device");
        Script("shmq ls > /dev/full").ShouldRefuse(1, "No space left on device");
    }

    [Theory]
    [InlineData("ls")]
    [InlineData("drain trades")]
    [InlineData("rm trades --yes")]
    public void A_closed_output_is_told_before_anything_is_done(string command)
    {
        using TradeQueue trades = TradeQueue.Create("trades", Options);
        trades.Enqueue(new Trade());
        Script($"shmq {command} >&-").ShouldRefuse(1, "The standard output is closed");
        (trades.Count, trades.IsDeleted).ShouldBe((1, false));
    }

    [Fact]
    public void A_closed_input_and_a_closed_error_output_are_no_faults_of_the_tool()
    {
        using TradeQueue trades = TradeQueue.Create("trades", Options);
        Script("shmq send trades <&-").ShouldRefuse(1, "the standard input is closed");
        Script("shmq stat nothing 2>&-").ExitCode.ShouldBe(3);
    }

    [Fact]
    public void Text_is_utf8_whatever_the_locale()
    {
        using TradeQueue trades = TradeQueue.Create("trades", Options);
        const string Latin = "LC_ALL=en_US.ISO-8859-1; export LC_ALL; ";
        Script(Latin + """printf '%s\n' '{"Symbol":"żółw"}' | shmq send trades""").Text.ShouldBe("1 message sent.\n");
        Script(Latin + "shmq dump trades").Text.ShouldContain("\"Symbol\":\"żółw\"");
        Script(Latin + "shmq peek trades").Text.ShouldContain("żółw");
        Script("LC_ALL=C; export LC_ALL; shmq dump trades").Text.ShouldContain("\"Symbol\":\"żółw\"");
        Script("shmq dump trades --encoding us-ascii").Text.ShouldContain(@"""Symbol"":""\u017c\u00f3\u0142w""",
            customMessage: "what the encoding has no letters for is escaped");
        trades.Dequeue().Symbol.ToString().ShouldBe("żółw");
    }

    [Fact]
    public void No_text_turns_the_direction_of_a_line()
    {
        using TradeQueue trades = TradeQueue.Create("trades", Options);
        trades.Enqueue(new Trade { Symbol = "a\u202eb\u0085\U000e0041" });
        foreach (string verb in new[] { "dump trades", "peek trades", "peek trades --json", "tail trades --all -n 1",
            "tail trades --all -n 1 --json" })
            Script($"shmq {verb}").Text.ShouldContain("""a\u202eb\u0085\udb40\udc41""", Case.Insensitive, verb);
    }

    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-1", "'-1")]
    [InlineData("@SUM(A1)", "'@SUM(A1)")]
    [InlineData("\t=1", "'\t=1")]
    [InlineData("'=1", "''=1")]
    [InlineData("a=1", "a=1")]
    public void A_cell_of_text_is_no_formula_of_a_spreadsheet(string text, string cell)
    {
        using TradeQueue trades = TradeQueue.Create("trades", Options);
        trades.Enqueue(new Trade { Id = -5, Price = -0.5, Symbol = text });
        Shmq("dump", "trades", "--csv").Text.ShouldBe($"position,Id,Price,Side,Symbol\n0,-5,-0.5,Buy,{cell}\n");
    }

    [TerminalFact]
    public void Csv_to_a_terminal_has_no_escape_sequences()
    {
        using TradeQueue trades = TradeQueue.Create("trades", Options);
        trades.Enqueue(new Trade { Symbol = "a\u001b[2Jb\u202e" });
        using ShmqAtTerminal dump = ShmqAtTerminal.Start("dump", "trades", "--csv", "--directory", Folder.Location);
        dump.Finish().ShouldBe(0);
        dump.Shown.ShouldContain("""a\u001b[2Jb\u202e""");
        dump.Shown.ShouldNotContain("\u001b[2J");
    }

    [Fact]
    public void A_long_field_is_one_line_in_a_pipe()
    {
        QueueContract contract = Contracts.Of<Frame, ManyProducers, ManyConsumers>($"0 {Frame.Size} u8[{Frame.Size}] Pixels\n",
            capacity: 2);
        using var queue = TypedQueue<Frame, ManyProducers, ManyConsumers>.Create(contract, "frames", Options);
        Shmq("send", "frames", """{"Pixels":[1,2,3]}""").ExitCode.ShouldBe(0);
        string[] whole = Shmq("peek", "frames", "--elements", "9999999").Text.Split('\n');
        whole.Length.ShouldBe(3, "a heading, a line for the field, and the end");
        whole[1].ShouldStartWith("Pixels   [1,2,3,0,");
        Shmq("peek", "frames").Text.ShouldContain($$"""Pixels   [1,2,3,0,0,0,0,0,0,0,0,0,0,0,0,0,{"$more":{{Frame.Size - 16}}}]""");
        Shmq("dump", "frames", "--elements",
            "2").Text.ShouldBe($$$"""{"position":0,"message":{"Pixels":[1,2,{"$more":{{{Frame.Size - 2}}}}]}}""" + "\n");
        Script("shmq dump frames --elements 2 | shmq send frames").ShouldRefuse(2, "does not fit the field Pixels");
    }

    [Fact]
    public void A_frame_of_megabytes_is_dumped_in_the_memory_of_a_few_of_them()
    {
        const int Pixels = 2 << 20;
        using (ShmqProcess create = Start("create", "frames", "--schema", "-", "--capacity", "2"))
            create.Tell($"tsq1 Frame {4 * Pixels}\n0 {4 * Pixels} struct[{Pixels}] Pixels\n0 1 u8 Pixels[].R\n1 1 u8 Pixels[].G\n2 1 u8 "
                + $"Pixels[].B\n3 1 u8 Pixels[].A\n").Finish().ExitCode.ShouldBe(0);
        Shmq("send", "frames", """{"Pixels":[{"R":1,"G":2,"B":3,"A":4}]}""").ExitCode.ShouldBe(0);
        // The heap of .NET may not grow beyond this: the tree of what is shown took ten times as much.
        Answer answer = Script("DOTNET_GCHeapHardLimit=0xC000000; export DOTNET_GCHeapHardLimit; shmq dump frames | tail -c 40");
        answer.Text.ShouldEndWith("""{"R":0,"G":0,"B":0,"A":0}]}}""" + "\n");
        Shmq("dump", "frames", "--elements",
            "1").Text.ShouldBe($$$"""{"position":0,"message":{"Pixels":[{"R":1,"G":2,"B":3,"A":4},{"$more":{{{Pixels - 1}}}}]}}""" + "\n");
        Shmq("verify", "frames").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void Files_that_are_no_queues_are_counted_and_nobody_is_told_to_remove_them()
    {
        using TradeQueue trades = TradeQueue.Create("trades", Options);
        File.WriteAllText(Folder.PathOf("notes.txt"), "no queue");
        File.WriteAllText(Folder.PathOf("empty"), "");
        Shmq("ls").Text.ShouldEndWith("2 other files are in the folder.\n");
        Shmq("ls").Text.ShouldNotContain("notes.txt");
        string all = Shmq("ls", "--all").Text;
        all.ShouldContain("notes.txt");
        all.ShouldNotContain("emove");
        JsonDocument.Parse(Shmq("ls", "--json").Text).RootElement.GetArrayLength().ShouldBe(1);
        string completed = Run($"shmq rm --directory {Folder.Location} ");
        completed.ShouldContain("trades");
        completed.ShouldNotContain("notes.txt");
    }

    [Fact]
    public void A_file_system_without_files_of_users_is_told_as_that()
    {
        using TradeQueue trades = TradeQueue.Create("trades", Options);
        Answer answer = Script($"bare create x --schema /dev/null --directory /proc; "
            + $"shmq schema trades --as text > \"$folder/.t\"; bare create x --schema \"$folder/.t\" --directory /proc");
        File.Delete(Folder.PathOf(".t"));
        answer.ExitCode.ShouldBe(1, answer.Error);
        answer.Error.ShouldContain("Line 1 of the schema is wrong");
        answer.Error.ShouldContain("No file can be created in '/proc'");
        answer.Error.ShouldNotContain("Create it");
    }

    [Fact]
    public void A_queue_is_created_like_another_and_by_a_schema()
    {
        using TickQueue ticks = TickQueue.Create("ticks", Options);
        Shmq("create", "copies", "--like", "ticks").Text.ShouldStartWith("Created the queue 'copies' for 8 messages 'Tick' of 8 bytes at ");
        using (TickQueue copies = TickQueue.Open("copies", Options)) copies.Capacity.ShouldBe(8);
        Shmq("create", "copies", "--like", "ticks").ShouldRefuse(5, "copies");
        Script("shmq schema ticks --as text | shmq create more --schema - --capacity 4096 --producers one --consumers one --overflow wait "
            + "--permissions 640").ExitCode.ShouldBe(0);
        using (TickQueue more = TickQueue.Open("more", Options with { Permissions = (UnixFileMode)0x1a0 })) more.Capacity.ShouldBe(4096);
        File.GetUnixFileMode(Folder.PathOf("more")).ShouldBe((UnixFileMode)0x1a0);

        using NewsQueue news = NewsQueue.Create("news", Options with { Retention = TimeSpan.FromHours(1) });
        Shmq("create", "newer", "--like", "news").ExitCode.ShouldBe(0);
        using (NewsQueue newer = NewsQueue.Open("newer", Options)) newer.Subscribe(SubscribeFrom.Latest).Dispose();
        Shmq("stat", "newer").Text.ShouldContain("01:00:00");
        Shmq("create", "wrong", "--like", "ticks", "--capacity", "3").ShouldRefuse(2, "must be a power of two");
        Shmq("create", "wrong", "--like", "nothing").ShouldRefuse(3, "There is no queue 'nothing'");
        Shmq("create", "wrong", "--like", "news", "--consumers", "one").ShouldRefuse(2, "A broadcast queue has subscriptions");
        Shmq("create", "../wrong", "--like", "ticks").ShouldRefuse(2, "is not a valid queue name");
    }

    [Theory]
    [InlineData("a b c d e")]
    [InlineData("$(reboot)")]
    [InlineData("it's mine")]
    [InlineData("a;b|c&d>e")]
    [InlineData("-a-b-c-d-")]
    [InlineData("`reboot`!")]
    [InlineData("audit-a-b")]
    public void A_command_that_doctor_advises_has_one_word_for_a_name_from_the_file(string name)
    {
        using NewsQueue queue = NewsQueue.Create("news", Options);
        queue.Subscribe("audit-a-b", SubscribeFrom.Oldest, new SubscriptionOptions { HoldWhenAbsent = TimeSpan.FromDays(1) }).Dispose();
        using (FileStream file = Folder.OpenShared("news", FileAccess.ReadWrite))
        {
            byte[] all = new byte[file.Length];
            file.ReadExactly(all);
            file.Position = all.AsSpan().IndexOf("audit-a-b"u8);
            file.Write(Encoding.ASCII.GetBytes(name));
        }

        string remedy = JsonDocument.Parse(Shmq("doctor", "news", "--json").Output).RootElement[0].GetProperty("remedy").GetString()!;
        const string Before = "or remove the subscription: '", Behind = "'.";
        string command = remedy[(remedy.IndexOf(Before, StringComparison.Ordinal) + Before.Length)..^Behind.Length];
        string words = Script($"shmq() {{ printf '[%s]' \"$@\"; }}; {command}").Text;
        string place = $"[--directory][{Folder.Location}]";
        words.ShouldBeOneOf($"[repair][news][--remove-subscription][{name}]{place}",
            $"[repair][news][--remove-subscription={name}]{place}");
    }

    [Fact]
    public void Drain_passes_a_claim_of_the_dead_and_goes_on()
    {
        var queue = Folder.Track(TypedQueue<Parcel, ManyProducers, ManyConsumers>
            .Create(Contracts.Parcel<ManyProducers, ManyConsumers>(), "parcels", Options));
        queue.Enqueue(new Parcel(1, 0), default);
        PeerProcess peer = Peer<ManyProducers, ManyConsumers>("claim", "parcels", "1");
        peer.Hear("claimed");
        peer.Kill();
        queue.Enqueue(new Parcel(1, 1), default);
        Answer answer = Shmq("drain", "parcels");
        answer.ExitCode.ShouldBe(0, answer.Error);
        answer.Error.ShouldBe("shmq: 1 position was skipped: the process that had claimed it died before sending.\n");
        answer.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(2);
        queue.Count.ShouldBe(0);
    }

    [Fact]
    public void Drain_says_what_a_live_process_keeps_it_from()
    {
        var queue = Folder.Track(TypedQueue<Parcel, ManyProducers, ManyConsumers>
            .Create(Contracts.Parcel<ManyProducers, ManyConsumers>(), "parcels", Options));
        queue.Enqueue(new Parcel(1, 0), default);
        PeerProcess peer = Peer<ManyProducers, ManyConsumers>("claim", "parcels", "1");
        peer.Hear("claimed");
        queue.Enqueue(new Parcel(1, 1), default);
        Answer answer = Shmq("drain", "parcels");
        answer.ShouldRefuse(5, "1 message was taken. Then position 1 blocked the queue");
        answer.Output.ShouldStartWith("""{"Producer":1,"Sequence":0,""");
        queue.Count.ShouldBe(2);
    }

    [Fact]
    public void Send_waits_for_room_that_a_dead_subscriber_keeps()
    {
        using var parcels = TypedBroadcast<Parcel, ManyProducers>.Create(Contracts.Parcel<ManyProducers, Subscribers>(), "parcels",
            Options);
        PeerProcess peer = Peer<ManyProducers, Subscribers>("subscribe", "parcels");
        peer.Hear("subscribed");
        for (int i = 0; i < 8; i++) parcels.Enqueue(new Parcel(1, i), default);
        Shmq("send", "parcels", "{}").ShouldRefuse(5, "is full");
        peer.Kill();
        Shmq("send", "parcels", "{}", "--wait", "5").Text.ShouldBe("1 message sent.\n");
    }

    private void ShouldShowAndTake(string queue, string json)
    {
        Shmq("dump", queue).Text.ShouldBe($$"""{"position":0,"message":{{json}}}""" + "\n");
        Shmq("peek", queue).ExitCode.ShouldBe(0);
        Shmq("tail", queue, "--all", "-n", "1").ExitCode.ShouldBe(0);
        Shmq("drain", queue).Text.ShouldBe(json + "\n");
    }

    private static string Run(string line)
    {
        using ShmqProcess process = ShmqProcess.Start($"[suggest:{line.Length}]", line);
        return process.Finish().Text;
    }

    [StructLayout(LayoutKind.Sequential, Size = 16)]
    private struct Report
    {
        public int Number;
    }

    [InlineArray(Size)]
    private struct Frame
    {
        public const int Size = 6000;
        private byte _first;
    }
}

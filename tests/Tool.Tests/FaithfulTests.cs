using System.Runtime.InteropServices;
using System.Text;

namespace TypedShmQueue.Tool.Tests;

/// <summary>
/// What <c>dump</c> writes and <c>send</c> reads is the same message, bit by bit; what else <c>send</c> is given is sent as it was given,
/// or refused.
/// </summary>
public sealed class FaithfulTests : ToolTests
{
    [Fact]
    public void Any_bytes_in_any_field_come_back_through_dump_and_send()
    {
        const int Messages = 512;
        using EverythingQueue from = EverythingQueue.Create("from", Options with { Capacity = Messages });
        using EverythingQueue to = EverythingQueue.Create("to", Options with { Capacity = Messages });
        Random random = new(20260102);
        List<byte[]> sent = [];
        for (int i = 0; i < Messages; i++)
        {
            Everything message = ReadingTests.Sample();
            Span<byte> bytes = MemoryMarshal.AsBytes(new Span<Everything>(ref message));
            // From single bytes that are off to nothing but noise.
            for (int flips = i % 4 == 3 ? bytes.Length : i; flips > 0; flips--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            sent.Add(bytes.ToArray());
            from.Enqueue(message);
        }

        Script("shmq dump from | shmq send to").Text.ShouldBe($"{Messages} messages sent.\n");
        ShmSchemaField[] fields = [.. ShmSchema.Parse(EverythingQueue.Schema).Leaves];
        for (int i = 0; i < Messages; i++)
        {
            Everything message = to.Dequeue();
            byte[] bytes = MemoryMarshal.AsBytes(new Span<Everything>(ref message)).ToArray();
            foreach (ShmSchemaField field in fields)
                Convert.ToHexString(bytes, field.Offset, field.Size)
                    .ShouldBe(Convert.ToHexString(sent[i], field.Offset, field.Size), $"message {i}, {field.Path}");
        }
    }

    [Fact]
    public void Every_value_that_has_a_text_comes_back_by_it()
    {
        using MomentQueue from = MomentQueue.Create("from", Options), to = MomentQueue.Create("to", Options);
        Moment[] moments =
        [
            // In the hour that is there twice, .NET keeps which of the two it is, and no text of an offset does.
            new() { At = Raw(3, 638_000_000_000_000_000), Span = TimeSpan.MinValue, Money = new decimal(0, 0, 0, true, 28), Ratio = -0.0 },
            new() { At = Raw(2, 638_000_000_000_000_000), Span = TimeSpan.MaxValue, Money = 1.2000m,
                Ratio = BitConverter.UInt64BitsToDouble(0x7ff8_0000_0000_0001) },
            new() { At = Raw(1, 0), Span = TimeSpan.FromTicks(-1), Money = decimal.MinValue, Ratio = double.Epsilon },
            new() { At = Raw(0, DateTime.MaxValue.Ticks), Span = TimeSpan.FromDays(5), Money = 0.1m, Ratio = double.NaN },
        ];
        foreach (Moment moment in moments) from.Enqueue(moment);
        Script("TZ=Europe/Berlin; export TZ; shmq dump from | TZ=America/New_York shmq send to").Text.ShouldBe("4 messages sent.\n");
        Shmq("dump", "from").Lines[0].ShouldContain("local dst\"");
        foreach (Moment moment in moments)
        {
            Moment was = moment, now = to.Dequeue();
            MemoryMarshal.AsBytes(new Span<Moment>(ref now)).SequenceEqual(MemoryMarshal.AsBytes(new Span<Moment>(ref was))).ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData("""{"position":3,"message":"hi"}""")]
    [InlineData("""{"Id":7,"Customer":"Łucja \u0141 \ud800 \u202e"}""")]
    [InlineData("""[ 1,1.0 ,1e0]""")]
    [InlineData("\"5\"")]
    public void A_serialized_message_is_sent_letter_by_letter_and_comes_back(string json)
    {
        using OrderQueue from = OrderQueue.Create("from", Options), to = OrderQueue.Create("to", Options);
        Shmq("send", "from", json, "--input", "messages").Text.ShouldBe("1 message sent.\n");
        BytesOf("from").ShouldBe(Encoding.UTF8.GetBytes(json));
        Script("shmq dump from | shmq send to --input dump").Text.ShouldBe("1 message sent.\n");
        BytesOf("to").ShouldBe(BytesOf("from"));
        Shmq("drain", "from").Text.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("{\n  \"Id\": 7\n}")]
    [InlineData("{\"Id\":7,\"Id\":8}")]
    [InlineData("{\"$base64\":\"AAAA\"}")]
    [InlineData("{\"Customer\":\"\u202e\"}")]
    [InlineData(" 7")]
    [InlineData("")]
    [InlineData("no JSON")]
    [InlineData("\ufeff{}")]
    public void Bytes_that_are_not_one_line_of_json_come_back_too(string text)
    {
        using OrderQueue from = OrderQueue.Create("from", Options), to = OrderQueue.Create("to", Options);
        string base64 = Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
        Shmq("send", "from", $$"""{"$base64":"{{base64}}"}""").Text.ShouldBe("1 message sent.\n");
        Script("shmq dump from | shmq send to --input dump").Text.ShouldBe("1 message sent.\n");
        BytesOf("to").ShouldBe(Encoding.UTF8.GetBytes(text));
    }

    [Theory]
    [InlineData("orders", """{"position":3,"message":"hi"}""", "could be a line of 'shmq dump' or a message that looks like one")]
    [InlineData("orders", """{"$base64":"AAAA","other":1}""", "$base64 must be the only field")]
    [InlineData("trades", """{"position":1.5,"message":{}}""", "has no field 'position'")]
    [InlineData("trades", """{"position":1,"message":{},"more":1}""", "has no field 'position'")]
    [InlineData("trades", """{"Side":"buy"}""", "'buy' does not fit the field Side")]
    [InlineData("trades", """{"Side":"1"}""", "'1' does not fit the field Side")]
    [InlineData("trades", """{"Id":"5"}""", "'5' does not fit the field Id")]
    [InlineData("trades", """{"Symbol":5}""", "'5' does not fit the field Symbol")]
    [InlineData("trades", """{"Price":1e-999}""", "'1e-999' does not fit the field Price")]
    [InlineData("moments", """{"Span":"5"}""", "'5' does not fit the field Span, which is timespan, such as")]
    [InlineData("moments", """{"Money":"1,000"}""", "'1,000' does not fit the field Money")]
    [InlineData("moments", """{"Money":0.00000000000000000000000000001}""", "does not fit the field Money")]
    [InlineData("moments", """{"At":"2026-01-02T03:04:05+02:00"}""", "does not fit the field At, which is datetime, such as")]
    [InlineData("moments", """{"At":"1/2/2026"}""", "does not fit the field At")]
    [InlineData("trades", "\ufeff\ufeff{}", "begins with a byte order mark (U+FEFF)")]
    public void What_could_be_meant_otherwise_is_refused(string queue, string json, string because)
    {
        using OrderQueue orders = OrderQueue.Create("orders", Options);
        using TradeQueue trades = TradeQueue.Create("trades", Options);
        using MomentQueue moments = MomentQueue.Create("moments", Options);
        using ShmqProcess send = Start("send", queue);
        send.Tell(json + "\n").Finish().ShouldRefuse(2, because);
        (orders.Count + trades.Count + moments.Count).ShouldBe(0);
    }

    [Fact]
    public void Members_of_an_enum_that_differ_only_in_case_are_two()
    {
        QueueContract contract = Contracts.Of<OneByte, ManyProducers, ManyConsumers>("0 1 enum:u8(buy=1,Buy=2,BUY=3) Side\n");
        using var queue = TypedQueue<OneByte, ManyProducers, ManyConsumers>.Create(contract, "sides", Options);
        Shmq("send", "sides", """{"Side":"Buy"}""", """{"Side":"BUY"}""", """{"Side":"buy"}""").Text.ShouldBe("3 messages sent.\n");
        for (byte side = 0; side < 3; side++)
        {
            queue.TryDequeue(out OneByte message).ShouldBeTrue();
            message.Value.ShouldBe((byte)((side + 1) % 3 + 1));
        }
    }

    [Fact]
    public void A_struct_with_the_fields_of_a_line_of_dump_is_not_taken_for_one()
    {
        QueueContract contract = Contracts.Of<OneByte, ManyProducers, ManyConsumers>("0 1 u8 message\n");
        using var queue = TypedQueue<OneByte, ManyProducers, ManyConsumers>.Create(contract, "from", Options);
        Shmq("create", "to", "--like", "from").ExitCode.ShouldBe(0);
        Shmq("send", "from", """{"message":5}""").ExitCode.ShouldBe(0);
        Script("shmq dump from | shmq send to --input dump").Text.ShouldBe("1 message sent.\n");
        Shmq("drain", "to").Text.ShouldBe("""{"message":5}""" + "\n");
        Shmq("send", "from", """{"position":1,"message":5}""").ShouldRefuse(2, "--input dump or --input messages");
    }

    [Fact]
    public void Two_fields_of_one_path_are_both_shown_and_sent()
    {
        QueueContract contract = Contracts.Of<OneLong, ManyProducers, ManyConsumers>("0 4 i32 A\n4 4 i32 A\n");
        using var queue = TypedQueue<OneLong, ManyProducers, ManyConsumers>.Create(contract, "twice", Options);
        Shmq("send", "twice", """{"A":1,"A@4":2}""").ExitCode.ShouldBe(0);
        Shmq("dump", "twice").Text.ShouldBe("""{"position":0,"message":{"A":1,"A@4":2}}""" + "\n");
    }

    [Fact]
    public void Input_that_is_not_of_its_encoding_is_refused_and_another_can_be_named()
    {
        using TradeQueue trades = TradeQueue.Create("trades", Options);
        const string Latin = """printf '{"Symbol":"\374"}\n' | """;
        Script(Latin + "shmq send trades").ShouldRefuse(2, "The input is not UTF-8");
        Script(Latin + "shmq send trades --encoding iso-8859-1").Text.ShouldBe("1 message sent.\n");
        trades.Dequeue().Symbol.ToString().ShouldBe("ü");
    }

    [Fact]
    public void A_byte_order_mark_before_the_input_is_no_part_of_it()
    {
        using TradeQueue trades = TradeQueue.Create("trades", Options);
        using (ShmqProcess send = Start("send", "trades")) send.Tell("\ufeff{\"Id\":5}\n").Finish().Text.ShouldBe("1 message sent.\n");
        trades.Dequeue().Id.ShouldBe(5);
    }

    private byte[] BytesOf(string queue)
    {
        string dumped = Script($"shmq peek {queue} --json").Text;
        string base64 = Script($"shmq dump {queue} --json").Text;
        dumped.ShouldBe(base64);
        using Inspection.SegmentReader reader = Inspection.SegmentReader.TryOpen(queue, Options)!;
        byte[] message = new byte[reader.Geometry.MessageSize];
        reader.Read(reader.Head, message).ShouldBe(Inspection.SlotContent.Message);
        return message[4..(4 + BitConverter.ToInt32(message))];
    }

    private static DateTime Raw(long kind, long ticks)
    {
        long data = (kind << 62) | ticks;
        return MemoryMarshal.Cast<long, DateTime>(new Span<long>(ref data))[0];
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct OneByte
    {
        public byte Value;
    }

    [StructLayout(LayoutKind.Sequential, Size = 8)]
    private struct OneLong;
}

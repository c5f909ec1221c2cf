namespace TypedShmQueue.Tool.Tests;

/// <summary><c>send</c> and <c>drain</c>: messages made and taken by schema alone, through queues whose other side is compiled.</summary>
public sealed class WritingTests : ToolTests
{
    [Fact]
    public void A_message_of_every_type_is_dumped_and_sent_again()
    {
        using EverythingQueue queue = EverythingQueue.Create("everything", Options);
        using EverythingQueue copies = EverythingQueue.Create("copies", Options);
        Everything sample = ReadingTests.Sample();
        queue.Enqueue(sample);
        using ShmqProcess send = Start("send", "copies");
        send.Tell(Shmq("dump", "everything").Text).Finish().Text.ShouldBe("1 message sent.\n");
        Shmq("dump", "copies").Text.ShouldBe(Shmq("dump", "everything").Text);
        Everything copy = copies.Dequeue();
        (copy.Money, copy.Key, copy.Text, copy.DateTimeOffset, copy.Maybe, copy.Levels[2])
            .ShouldBe((sample.Money, sample.Key, sample.Text, sample.DateTimeOffset, sample.Maybe, sample.Levels[2]));
    }

    [Theory]
    [InlineData("ManyProducers", "ManyConsumers")]
    [InlineData("ManyProducers", "OneConsumer")]
    [InlineData("ManyProducers", "OneWaitingConsumer")]
    [InlineData("OneProducer", "ManyConsumers")]
    [InlineData("OneProducer", "OneConsumer")]
    [InlineData("OneProducer", "OneWaitingConsumer")]
    public void Any_roles_are_taken_up_and_given_back(string producers, string consumers)
    {
        Type role = typeof(ManyProducers);
        ((IRoles)Activator.CreateInstance(typeof(Roles<,>)
            .MakeGenericType(role.Assembly.GetType($"{role.Namespace}.{producers}")!,
            role.Assembly.GetType($"{role.Namespace}.{consumers}")!))!).Create(Folder);
        Shmq("send", "parcels", """{"Producer":5,"Sequence":6}""", """{"Producer":5,"Sequence":7}""").Text.ShouldBe("2 messages sent.\n");
        Shmq("drain", "parcels", "--count",
            "1").Text.ShouldBe("""{"Producer":5,"Sequence":6,"Seal1":0,"Seal2":0,"Seal3":0,"Seal4":0,"Seal5":0}""" + "\n");
        Shmq("drain", "parcels", "--quiet").Text.ShouldBe("1 message taken.\n");
        Shmq("drain", "parcels").Text.ShouldBeEmpty();
        Shmq("verify", "parcels").ExitCode.ShouldBe(0);
        Shmq("doctor", "parcels").Text.ShouldBe("Nothing is wrong with the queue 'parcels'.\n");
    }

    [Fact]
    public void A_waiting_consumer_gets_what_is_sent()
    {
        using TradeQueue queue = TradeQueue.Create("trades", Options);
        Trade got = default;
        Worker consumer = Worker.Start(() => got = queue.Dequeue());
        Shmq("send", "trades", """{"Id":4,"Price":1e3,"Side":"Sell","Symbol":"żółw"}""").Text.ShouldBe("1 message sent.\n");
        consumer.Join();
        (got.Id, got.Price, got.Side, got.Symbol.ToString()).ShouldBe((4, 1000, Side.Sell, "żółw"));
    }

    [Fact]
    public void A_subscriber_gets_what_is_sent_and_nobody_drains_for_all()
    {
        using NewsQueue queue = NewsQueue.Create("news", Options);
        using var subscription = queue.Subscribe(SubscribeFrom.Latest);
        Shmq("send", "news", """{"Id":4}""").ExitCode.ShouldBe(0);
        subscription.TryDequeue(out News news).ShouldBeTrue();
        news.Id.ShouldBe(4);
        Shmq("drain", "news").ShouldRefuse(5, "each subscription takes messages for itself");
    }

    [Fact]
    public void A_subscriber_gets_what_is_sent_as_json_and_both_are_shown()
    {
        using NoticeQueue queue = NoticeQueue.Create("notices", Options);
        using NoticeSubscription subscription = queue.Subscribe("billing");
        Shmq("send", "notices", """{"Id":4,"Text":"żółw"}""").ExitCode.ShouldBe(0);
        subscription.TryPeek(out Notice? notice).ShouldBeTrue();
        notice.ShouldBe(new Notice(4, "żółw"));
        Shmq("dump", "notices").Text.ShouldBe("""{"position":0,"message":{"Id":4,"Text":"żółw"}}""" + "\n");
        Shmq("stat", "notices").Text.ShouldContain("billing");
        Shmq("schema", "notices", "--as", "csharp").Text.ShouldContain(", Delivery = Delivery.Broadcast)]\npublic sealed partial record "
            + "Notice;");
        Shmq("verify", "notices").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void Serialized_messages_are_sent_as_their_json()
    {
        using OrderQueue queue = OrderQueue.Create("orders", Options);
        Shmq("send", "orders", """{"Id":7,"Customer":"Łucja","Items":["tea"]}""",
            """{"$base64":"eyJJZCI6OCwiQ3VzdG9tZXIiOiJBIiwiSXRlbXMiOltdfQ=="}""").ExitCode.ShouldBe(0);
        Order first = queue.Dequeue(), second = queue.Dequeue();
        (first.Id, first.Customer, first.Items.Single()).ShouldBe((7, "Łucja", "tea"));
        (second.Id, second.Customer).ShouldBe((8, "A"));
        Shmq("send", "orders", $$"""{"Customer":"{{new string('x', 300)}}"}""").ShouldRefuse(2, "holds at most 200");
    }

    [Theory]
    [InlineData("{", "In message 1: not JSON, at byte 2. Expected depth to be zero")]
    [InlineData("[1]", "'Trade' must be a JSON object")]
    [InlineData("""{"Prize":1}""", "'Trade' has no field 'Prize'. Its fields are: Id, Price, Side, Symbol.")]
    [InlineData("""{"Id":1.5}""", "'1.5' does not fit the field Id, which is i64.")]
    [InlineData("""{"Id":null}""", "'null' does not fit the field Id")]
    [InlineData("""{"Id":9223372036854775808}""", "does not fit the field Id")]
    [InlineData("""{"Price":1e999}""", "'1e999' does not fit the field Price, which is f64.")]
    [InlineData("""{"Id":1,"Id":2}""", "Duplicate property 'Id'")]
    [InlineData("""{"Symbol":"\ud800"}""", "half of a surrogate pair")]
    [InlineData("""{"\udc00":1}""", "half of a surrogate pair")]
    [InlineData("""{"Side":"Hold"}""", "'Hold' does not fit the field Side, which is one of Buy, Sell, or a number (u8).")]
    [InlineData("""{"Symbol":"0123456789abcdef"}""", "does not fit the field Symbol, which is text16.")]
    public void What_is_no_message_is_not_sent(string json, string because)
    {
        using TradeQueue queue = TradeQueue.Create("trades", Options);
        Shmq("send", "trades", json).ShouldRefuse(2, because);
        queue.Count.ShouldBe(0);
        queue.GetStatistics().Abandoned.ShouldBe(0);
    }

    [Fact]
    public void Of_several_messages_those_before_the_wrong_one_are_sent_and_counted()
    {
        using TradeQueue queue = TradeQueue.Create("trades", Options);
        using (ShmqProcess send = Start("send", "trades"))
            send.Tell("{\"Id\":1}\n\n{\"Id\":2}\nnonsense\n{\"Id\":3}\n").Finish().ShouldRefuse(2, "In line 4: not JSON, at byte 2.");
        queue.Count.ShouldBe(2);
        Shmq("send", "trades", "{}", "[]").ShouldRefuse(2,
            "In message 2: 'Trade' must be a JSON object, but this was given: []. 1 message was sent before.");
    }

    [Fact]
    public void A_full_queue_refuses_waits_or_drops_its_oldest()
    {
        using TradeQueue queue = TradeQueue.Create("trades", Options);
        for (int i = 0; i < 8; i++) queue.Enqueue(new Trade { Id = i });
        Shmq("send", "trades", "{}").ShouldRefuse(5, "is full; 0 messages were sent before");
        Shmq("send", "trades", "{}", "--wait", "0.1").ShouldRefuse(5, "is full");
        Shmq("send", "trades", """{"Id":8}""", "--shift").Text.ShouldBe("1 message sent, 1 dropped.\n");
        queue.Dequeue().Id.ShouldBe(1);
        queue.GetStatistics().Displaced.ShouldBe(1);

        using TickQueue ticks = TickQueue.Create("ticks", Options);
        Shmq("send", "ticks", "{}", "--shift").ShouldRefuse(5, "never drop a message");
    }

    [Fact]
    public void A_completed_queue_takes_no_more_and_is_drained_to_its_end()
    {
        using TradeQueue queue = TradeQueue.Create("trades", Options);
        queue.Enqueue(new Trade { Id = 1 });
        queue.Complete();
        Shmq("send", "trades", "{}").ShouldRefuse(5, "was completed");
        Shmq("drain", "trades", "--quiet", "--json").Text.ShouldContain("\"taken\": 1");
        queue.IsCompleted.ShouldBeTrue();
    }

    [Fact]
    public void A_role_that_is_taken_is_told_with_its_holder()
    {
        using TickQueue queue = TickQueue.Create("ticks", Options);
        queue.Enqueue(new Tick { Id = 1 });
        queue.TryDequeue(out _).ShouldBeTrue();
        Shmq("send", "ticks", "{}").ShouldRefuse(5, $"has one producer, and process {Environment.ProcessId} holds that role");
        Shmq("drain", "ticks").ShouldRefuse(5, $"has one consumer, and process {Environment.ProcessId} holds that role");
    }

    private interface IRoles
    {
        void Create(QueueFolder folder);
    }

    private sealed class Roles<TProducers, TConsumers> : IRoles
        where TProducers : struct, IProducerRole
        where TConsumers : struct, IConsumerRole
    {
        public void Create(QueueFolder folder) =>
            folder.Track(TypedQueue<Parcel, TProducers, TConsumers>
                .Create(Contracts.Parcel<TProducers, TConsumers>(), "parcels", folder.Options));
    }
}

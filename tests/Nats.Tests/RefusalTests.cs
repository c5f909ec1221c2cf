using TypedShmQueue.CompilerServices;
using TypedShmQueue.Nats.Streams;

namespace TypedShmQueue.Nats.Tests;

/// <summary>What a bridge says and does when it cannot begin. Nothing is lost by it.</summary>
public sealed class RefusalTests : BridgeTests
{
    [Fact]
    public async Task An_unreachable_server_is_a_sentence_where_the_bridge_is_not_to_wait()
    {
        OrderQueue orders = Orders();
        Send(orders, 3);
        int port = NatsServer.FreePorts(1)[0];

        ShmNatsBridgeException error = await RefusedAsync(ShmNatsOutbound.Over(orders, new ShmNatsBridgeOptions
        {
            Nats = NatsOpts.Default with { Url = $"nats://127.0.0.1:{port}" },
            Subject = "orders",
            WhenUnreachable = ShmNatsUnreachable.Fail,
        }));

        error.Message.ShouldStartWith($"The server at nats://127.0.0.1:{port} cannot be reached: ");
        orders.Count.ShouldBe(3);
    }

    [NatsFact]
    public async Task A_bridge_waits_for_its_server()
    {
        using NatsServer server = new();
        OrderQueue orders = Orders();
        Send(orders, 10);
        ShmNatsOutbound bridge = ShmNatsOutbound.Over(orders, Bridge(server));
        using CancellationTokenSource stop = new();
        Task running = bridge.RunAsync(stop.Token);
        await UntilAsync(running, () => bridge.Status.LastError != null, () => "it says that it waits");
        bridge.Status.LastError.ShouldStartWith($"The server at {server.Url} cannot be reached: ");
        bridge.Status.IsConnected.ShouldBeFalse();
        bridge.Status.Lag.ShouldBe(10);

        server.Start();

        await UntilAsync(running, () => bridge.Status.Moved == 10, () => $"all are moved; {bridge.Status}");
        bridge.Status.LastError.ShouldBeNull();
        await stop.CancelAsync();
        await running.WaitAsync(Worker.Patience);
        await StreamShouldHoldAsync(server.Options, 10);
    }

    [NatsFact]
    public async Task A_bridge_that_waits_can_be_stopped()
    {
        OrderQueue orders = Orders();
        using NatsServer server = new();
        ShmNatsOutbound bridge = ShmNatsOutbound.Over(orders, Bridge(server));
        using CancellationTokenSource stop = new();
        Task running = bridge.RunAsync(stop.Token);
        await UntilAsync(running, () => bridge.Status.LastError != null, () => "it says that it waits");
        await stop.CancelAsync();
        await running.WaitAsync(Worker.Patience);
        bridge.Status.IsRunning.ShouldBeFalse();
    }

    [NatsFact]
    public async Task Wrong_credentials_are_a_sentence()
    {
        using NatsServer server = NatsServer.Started("--user", "bridge", "--pass", "right");
        OrderQueue orders = Orders();
        Send(orders, 3);
        ShmNatsBridgeOptions options = Bridge(server);
        options.Nats = server.Options with { AuthOpts = new NatsAuthOpts { Username = "bridge", Password = "wrong" } };

        (await RefusedAsync(ShmNatsOutbound.Over(orders, options))).Message
            .ShouldBe($"The server at {server.Url} refuses the credentials: authorization violation. Correct "
                + $"ShmNatsBridgeOptions.Nats.AuthOpts.");
        orders.Count.ShouldBe(3);

        options.Nats = server.Options with { AuthOpts = new NatsAuthOpts { Username = "bridge", Password = "right" } };
        await RunUntilAsync(ShmNatsOutbound.Over(orders, options), () => orders.Count == 0, "the queue is empty");
    }

    [NatsFact]
    public async Task A_subject_that_no_stream_takes_is_a_sentence()
    {
        using NatsServer server = NatsServer.Started();
        OrderQueue orders = Orders();
        Send(orders, 3);
        ShmNatsBridgeOptions options = Bridge(server);
        options.Create = null;
        (await RefusedAsync(ShmNatsOutbound.Over(orders, options))).Message
            .ShouldStartWith("No stream takes the subject 'orders', so messages would go nowhere.");
        options.Stream = "NONE";
        (await RefusedAsync(ShmNatsOutbound.Over(orders, options))).Message.ShouldStartWith("There is no stream 'NONE'. Create it");
        options.Stream = null;
        options.Create = new StreamConfig("OTHER", ["bills", "quotes.>"]);
        (await RefusedAsync(ShmNatsOutbound.Over(orders, options))).Message
            .ShouldStartWith("The stream 'OTHER' does not take the subject 'orders' but 'bills', 'quotes.>'");
        orders.Count.ShouldBe(3);
    }

    [NatsFact]
    public async Task A_duplicate_window_that_is_too_short_for_the_back_off_is_a_sentence()
    {
        using NatsServer server = NatsServer.Started();
        ShmNatsBridgeOptions options = Bridge(server);
        options.Create!.DuplicateWindow = TimeSpan.FromSeconds(10);
        options.AckTimeout = TimeSpan.FromSeconds(3);
        options.MaxRetryDelay = TimeSpan.FromSeconds(3);

        (await RefusedAsync(ShmNatsOutbound.Over(Orders(), options))).Message.ShouldStartWith("The stream 'ORDERS' recognizes duplicates "
            + "for 00:00:10, but a message may be published again after 00:00:12");
    }

    [NatsFact]
    public async Task A_message_that_is_larger_than_the_server_or_the_stream_takes_is_a_sentence()
    {
        using NatsServer server = NatsServer.WithConfiguration("max_payload: 32768");
        FrameQueue frames = Folder.Track(FrameQueue.Create("frames", Folder.Options));
        (await RefusedAsync(ShmNatsOutbound.Over(frames, Bridge(server)))).Message.ShouldStartWith("A message of the queue 'frames' takes "
            + $"up to 60,000 bytes, and its headers 1,024, but the server takes 32,768 at most.");
        ShmNatsBridgeOptions options = Bridge(server);
        options.Create!.MaxMsgSize = 40;
        (await RefusedAsync(ShmNatsOutbound.Over(Orders(), options))).Message.ShouldStartWith("A message of the queue 'orders' takes up to "
            + "32 bytes, and its headers 1,024, but the stream 'ORDERS' takes 40 at most.");
    }

    [NatsFact]
    public async Task A_server_without_JetStream_is_a_sentence()
    {
        using NatsServer server = NatsServer.WithoutJetStream();
        ShmNatsBridgeOptions options = Bridge(server);
        options.WhenUnreachable = ShmNatsUnreachable.Fail;
        (await RefusedAsync(ShmNatsOutbound.Over(Orders(), options))).Message.ShouldContain("does not answer");
    }

    [Fact]
    public void A_queue_that_could_lose_a_message_is_refused()
    {
        TickQueue ticks = Folder.Track(TickQueue.Create("ticks", Folder.Options));
        Should.Throw<ArgumentException>(() => ShmNatsOutbound.Over(ticks, new() { Subject = "ticks" })).Message
            .ShouldStartWith("A message of the queue 'ticks' leaves it when it is taken, so a bridge could lose it.");
        QuoteQueue quotes = Folder.Track(QuoteQueue.Create("quotes", Folder.Options));
        Should.Throw<ArgumentException>(() => ShmNatsOutbound.Over(quotes, new() { Subject = "quotes" })).Message
            .ShouldStartWith("The queue 'quotes' is a broadcast queue. Name the group");
        Should.Throw<ArgumentException>(() => ShmNatsOutbound.Over(Orders(), new() { Subject = "orders", Group = "a" })).Message
            .ShouldContain("Omit ShmNatsBridgeOptions.Group");
        OrderQueue limited = Folder.Track(OrderQueue.Open("orders", Folder.Options with { LeaseTimeout = TimeSpan.FromMinutes(1) }));
        Should.Throw<ArgumentException>(() => ShmNatsOutbound.Over(limited, new() { Subject = "orders" })).Message
            .ShouldContain("was opened with LeaseTimeout = 00:01:00");
    }

    [Theory]
    [InlineData("", "Subject is ''")]
    [InlineData("a b", "Subject is 'a b'")]
    [InlineData("a.*", "nobody can publish to a wildcard")]
    public void A_wrong_subject_is_refused(string subject, string message) =>
        Should.Throw<ArgumentException>(() => ShmNatsOutbound.Over(Orders(), new() { Subject = subject })).Message.ShouldContain(message);

    [Fact]
    public void An_option_out_of_range_is_named()
    {
        (Action<ShmNatsBridgeOptions> Set, string Message)[] wrong =
        [
            (static o => o.Window = 0, "ShmNatsBridgeOptions.Window is 0. It must be from 1 to 16,384."),
            (static o => o.AckTimeout = TimeSpan.Zero, "ShmNatsBridgeOptions.AckTimeout is 00:00:00."),
            (static o => o.MaxRetryDelay = TimeSpan.FromMilliseconds(1), "ShmNatsBridgeOptions.MaxRetryDelay is 00:00:00.0010000."),
            (static o => o.Remembered = 1000, "ShmNatsBridgeOptions.Remembered is 1000."),
            (static o => o.SchemaBucket = "a.b", "ShmNatsBridgeOptions.SchemaBucket is 'a.b'."),
            (static o => o.Consumer = null, "ShmNatsBridgeOptions.Consumer is not set."),
            (static o => o.Consumer = "a.b", "ShmNatsBridgeOptions.Consumer is 'a.b'."),
            (static o => o.Group = "g", "ShmNatsBridgeOptions.Group is 'g'."),
        ];
        OrderQueue orders = Orders();
        foreach ((Action<ShmNatsBridgeOptions> set, string message) in wrong)
        {
            ShmNatsBridgeOptions options = new() { Subject = "orders", Consumer = "c" };
            set(options);
            Should.Throw<ArgumentException>(() => ShmNatsInbound.Over(orders, options)).Message.ShouldStartWith(message);
        }
    }

    [NatsFact]
    public async Task A_consumer_that_would_lose_messages_is_a_sentence()
    {
        using NatsServer server = NatsServer.Started();
        OrderQueue orders = Orders();
        await using NatsConnection connection = new(server.Options);
        NatsJSContext context = new(connection);
        _ = await context.CreateStreamAsync(new StreamConfig("ORDERS", ["orders", "orders.*"]));
        (ConsumerConfig Config, string Sentence)[] unfit =
        [
            (new("a") { FilterSubject = "orders.rome" }, "takes 'orders.rome', and the bridge is for 'orders'."),
            (new("b"), "takes 'orders', 'orders.*', and the bridge is for 'orders'."),
            (new("c") { FilterSubject = "orders", MaxDeliver = 3 }, "gives a message up after 3 deliveries"),
            (new("d") { FilterSubject = "orders", HeadersOnly = true }, "delivers headers only."),
            (new("e") { FilterSubject = "orders", DeliverSubject = "pushed" }, "is delivered to the subject 'pushed'"),
            (new("f") { FilterSubject = "orders", AckPolicy = ConsumerConfigAckPolicy.All }, "has the acknowledgement policy All"),
        ];
        foreach ((ConsumerConfig config, string sentence) in unfit)
        {
            if (config.AckPolicy != ConsumerConfigAckPolicy.All) config.AckPolicy = ConsumerConfigAckPolicy.Explicit;
            _ = await context.CreateOrUpdateConsumerAsync("ORDERS", config);
            (await RefusedAsync(ShmNatsInbound.Over(orders, Inbound(server, config.Name!)))).Message
                .ShouldStartWith($"The consumer '{config.Name}' of the stream 'ORDERS' {sentence}");
        }
    }

    [NatsFact]
    public async Task A_stream_that_acknowledges_nothing_is_a_sentence()
    {
        using NatsServer server = NatsServer.Started();
        ShmNatsBridgeOptions options = Bridge(server);
        options.Create!.NoAck = true;
        (await RefusedAsync(ShmNatsOutbound.Over(Orders(), options))).Message
            .ShouldStartWith("The stream 'ORDERS' acknowledges no message (no_ack)");
    }

    [Fact]
    public void A_queue_with_dead_letters_is_refused_since_each_stop_of_a_bridge_would_count_as_a_delivery()
    {
        OrderQueue orders = Folder.Track(OrderQueue.OpenOrCreate("orders",
            Folder.Options with { MaxDeliveries = 3, DeadLetter = "orders.dead" }));
        Should.Throw<ArgumentException>(() => ShmNatsOutbound.Over(orders, new() { Subject = "orders" })).Message
            .ShouldStartWith("The queue 'orders' was opened with MaxDeliveries = 3");
    }

    [Fact]
    public async Task What_is_no_address_or_no_name_of_a_group_is_a_sentence_and_the_bridge_can_run_again()
    {
        ShmNatsBridge bridge = ShmNatsOutbound.Over(Orders(), new()
        {
            Subject = "orders", Nats = NatsOpts.Default with { Url = "nats://[::bad" },
        });
        for (int i = 0; i < 2; i++)
        {
            (await RefusedAsync(bridge)).Message.ShouldStartWith("'nats://[::bad' is no address of a server: ");
            bridge.Status.IsRunning.ShouldBeFalse();
        }

        QuoteQueue quotes = Folder.Track(QuoteQueue.Create("quotes", Folder.Options));
        await Should.ThrowAsync<ArgumentException>(() => ShmNatsOutbound.Over(quotes, new() { Subject = "quotes", Group = "no name" })
            .RunAsync(CancellationToken.None).WaitAsync(Worker.Patience));
        Should.Throw<ArgumentException>(() => ShmNatsOutbound.Over(Orders(), new() { Subject = "a", MaxRetryDelay = TimeSpan.MaxValue }))
            .Message.ShouldStartWith("ShmNatsBridgeOptions.MaxRetryDelay is ");
    }

    [NatsFact]
    public async Task A_file_of_notes_that_cannot_be_opened_is_a_sentence()
    {
        using NatsServer server = NatsServer.Started();
        OrderQueue orders = Orders();
        _ = Directory.CreateDirectory(SequenceMemory.PathOf(QueueBytes.Of(orders), "ORDERS", "machine"));
        (await RefusedAsync(ShmNatsInbound.Over(orders, Inbound(server, "machine")))).Message
            .ShouldContain(", where a bridge notes what its queue has, cannot be opened: ");
    }

    /// <summary>With the permissions that docs/beyond-one-machine.md names, and without those for the bucket.</summary>
    [NatsTheory]
    [InlineData("\"$JS.API.STREAM.CREATE.*\"")]
    [InlineData("\"$JS.API.STREAM.CREATE.*\", \"$KV.tsq-schemas.>\"")]
    public async Task A_bridge_that_may_not_use_the_bucket_moves_messages(string more)
    {
        using NatsServer server = NatsServer.WithConfiguration($$"""
            authorization {
              users = [
                { user: admin, password: a }
                {
                  user: bridge, password: b
                  permissions: { publish: ["orders", "$JS.API.STREAM.INFO.*", {{more}}], subscribe: ["_INBOX.>"] }
                }
              ]
            }
            """);
        OrderQueue orders = Orders();
        Send(orders, 10);
        NatsOpts limited = server.Options with
        {
            AuthOpts = new NatsAuthOpts { Username = "bridge", Password = "b" }, RequestTimeout = TimeSpan.FromSeconds(1),
        };
        ShmNatsOutbound bridge = ShmNatsOutbound.Over(orders, Bridge(1, limited));
        await RunUntilAsync(bridge, () => bridge.Status.Moved == 10, "all are moved");
    }

    private static Task<ShmNatsBridgeException> RefusedAsync(ShmNatsBridge bridge) =>
        Should.ThrowAsync<ShmNatsBridgeException>(() => bridge.RunAsync(CancellationToken.None).WaitAsync(Worker.Patience));
}

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

    private static Task<ShmNatsBridgeException> RefusedAsync(ShmNatsBridge bridge) =>
        Should.ThrowAsync<ShmNatsBridgeException>(() => bridge.RunAsync(CancellationToken.None).WaitAsync(Worker.Patience));
}

namespace TypedShmQueue.Nats.Tests;

/// <summary>From the stream to the queue.</summary>
public sealed class InboundTests : BridgeTests
{
    [NatsFact]
    public async Task Messages_come_over_to_another_queue_once_and_in_order()
    {
        using NatsServer server = NatsServer.Started();
        OrderQueue here = Orders("here"), there = Orders("there");
        Send(here, 1000);
        await RunUntilAsync(ShmNatsOutbound.Over(here, Bridge(server)), () => here.Count == 0, "the queue is empty");

        ShmNatsInbound bridge = ShmNatsInbound.Over(there, Inbound(server, "machine"));
        await RunUntilAsync(bridge, () => there.Count == 1000, "all are there");

        bridge.Status.Moved.ShouldBe(1000);
        bridge.Status.Lag.ShouldBe(0);
        Taken(there).ShouldBe(Enumerable.Range(1, 1000).Select(static id => (long)id));
    }

    [NatsFact]
    public async Task A_serialized_message_is_the_same_on_the_other_side()
    {
        using NatsServer server = NatsServer.Started();
        NoteQueue here = Folder.Track(NoteQueue.Create("here", Folder.Options));
        NoteQueue there = Folder.Track(NoteQueue.Create("there", Folder.Options));
        string[] texts = ["", "a", new('z', 200)];
        foreach (string text in texts) here.Enqueue(new Note(text));
        await RunUntilAsync(ShmNatsOutbound.Over(here, Bridge(server)), () => here.Count == 0, "the queue is empty");

        await RunUntilAsync(ShmNatsInbound.Over(there, Inbound(server, "machine")), () => there.Count == 3, "all are there");

        foreach (string text in texts)
        {
            there.TryTake(out NoteLease lease).ShouldBeTrue();
            lease.Value.Text.ShouldBe(text);
            lease.Acknowledge().ShouldBeTrue();
        }
    }

    [NatsFact]
    public async Task Bridges_that_name_one_consumer_share_the_messages_and_each_other_one_gets_all()
    {
        using NatsServer server = NatsServer.Started();
        OrderQueue here = Orders("here"), left = Orders("left"), right = Orders("right"), all = Orders("all");
        using CancellationTokenSource stop = new();
        ShmNatsBridge[] bridges =
        [
            ShmNatsInbound.Over(left, Inbound(server, "shared", window: 8)),
            ShmNatsInbound.Over(right, Inbound(server, "shared", window: 8)),
            ShmNatsInbound.Over(all, Inbound(server, "own")),
        ];
        Task[] running = [.. bridges.Select(bridge => bridge.RunAsync(stop.Token))];
        await UntilAsync(Task.WhenAny(running).Unwrap(), () => bridges.All(static bridge => bridge.Status.IsConnected), () => "connected");
        Send(here, 1000);
        await RunUntilAsync(ShmNatsOutbound.Over(here, Bridge(server)), () => here.Count == 0, "the queue is empty");

        await UntilAsync(Task.WhenAny(running).Unwrap(), () => left.Count + right.Count == 1000 && all.Count == 1000, () => "all are "
            + "there");
        await stop.CancelAsync();
        await Task.WhenAll(running).WaitAsync(Worker.Patience);

        left.Count.ShouldBeGreaterThan(0);
        right.Count.ShouldBeGreaterThan(0);
        Ledger(Taken(left).Concat(Taken(right)), 1000).ShouldBe("");
        Taken(all).ShouldBe(Enumerable.Range(1, 1000).Select(static id => (long)id));
    }

    /// <summary>Of several that create the stream, the consumer or the bucket, a server refuses all but one now and then.</summary>
    [NatsFact]
    public async Task Bridges_that_begin_at_once_use_the_stream_the_consumer_and_the_bucket_that_one_of_them_creates()
    {
        using NatsServer server = NatsServer.Started();
        OrderQueue[] queues = [.. Enumerable.Range(0, 6).Select(i => Orders($"queue{i}"))];
        for (int round = 0; round < 10; round++)
        {
            using CancellationTokenSource stop = new();
            ShmNatsBridge[] bridges = [.. queues.Select((queue, i) => i < 3
                ? (ShmNatsBridge)ShmNatsOutbound.Over(queue, Bridge(server)) : ShmNatsInbound.Over(queue, Inbound(server, "shared")))];
            Task[] running = [.. bridges.Select(bridge => bridge.RunAsync(stop.Token))];
            Task ended = Task.WhenAny(running).Unwrap();
            await UntilAsync(ended, () => bridges.All(static bridge => bridge.Status.IsConnected),
                () => string.Join("; ", bridges.Select(static bridge => bridge.Status)));
            bridges.ShouldAllBe(static bridge => bridge.Status.LastError == null);
            await stop.CancelAsync();
            await Task.WhenAll(running).WaitAsync(Worker.Patience);
            await using NatsConnection connection = new(server.Options);
            NatsJSContext context = new(connection);
            _ = await context.DeleteStreamAsync("ORDERS");
            _ = await context.DeleteStreamAsync("KV_tsq-schemas");
        }
    }

    [NatsFact]
    public async Task What_was_sent_while_the_machine_was_away_comes_when_it_is_back()
    {
        using NatsServer server = NatsServer.Started();
        OrderQueue here = Orders("here"), there = Orders("there");
        for (int day = 0; day < 3; day++)
        {
            Send(here, 100, first: 1 + (100 * day));
            await RunUntilAsync(ShmNatsOutbound.Over(here, Bridge(server)), () => here.Count == 0, "the queue is empty");
            ShmNatsInbound bridge = ShmNatsInbound.Over(there, Inbound(server, "machine"));
            int expected = 100 * (day + 1);
            await RunUntilAsync(bridge, () => there.Count == expected, "all are there");
        }

        Taken(there).ShouldBe(Enumerable.Range(1, 300).Select(static id => (long)id));
    }

    [NatsFact]
    public async Task What_the_queue_has_and_was_not_acknowledged_is_recognized()
    {
        using NatsServer server = NatsServer.Started();
        OrderQueue here = Orders("here"), there = Orders("there");
        Send(here, 100);
        await RunUntilAsync(ShmNatsOutbound.Over(here, Bridge(server)), () => here.Count == 0, "the queue is empty");
        await RunUntilAsync(ShmNatsInbound.Over(there, Inbound(server, "machine")), () => there.Count == 100, "all are there");
        await using (NatsConnection connection = new(server.Options))
            _ = await new NatsJSContext(connection).DeleteConsumerAsync("ORDERS", "machine"); // it forgets what was acknowledged

        ShmNatsInbound again = ShmNatsInbound.Over(there, Inbound(server, "machine"));
        await RunUntilAsync(again, () => again.Status.Recognized == 100, "all are recognized");

        again.Status.Moved.ShouldBe(0);
        there.Count.ShouldBe(100);
    }

    [NatsFact]
    public async Task A_stream_that_is_created_anew_is_not_taken_for_the_old_one()
    {
        using NatsServer server = NatsServer.Started();
        OrderQueue here = Orders("here"), there = Orders("there");
        ShmNatsInbound bridge = ShmNatsInbound.Over(there, Inbound(server, "machine"));
        using CancellationTokenSource stop = new();
        Task running = bridge.RunAsync(stop.Token);
        for (int life = 0; life < 2; life++)
        {
            Send(here, 50, first: 1 + (50 * life));
            await RunUntilAsync(ShmNatsOutbound.Over(here, Bridge(server)), () => here.Count == 0, "the queue is empty");
            int expected = 50 * (life + 1);
            await UntilAsync(running, () => there.Count == expected, () => $"all are there; {bridge.Status}");
            await using NatsConnection connection = new(server.Options);
            _ = await new NatsJSContext(connection).DeleteStreamAsync("ORDERS");
        }

        await stop.CancelAsync();
        await running.WaitAsync(Worker.Patience);
        Taken(there).ShouldBe(Enumerable.Range(1, 100).Select(static id => (long)id));
    }

    [NatsFact]
    public async Task A_full_queue_keeps_the_messages_in_the_stream()
    {
        using NatsServer server = NatsServer.Started();
        OrderQueue here = Orders("here");
        OrderQueue there = Folder.Track(OrderQueue.Create("there", Folder.Options with { Capacity = 16 }));
        Send(here, 200);
        await RunUntilAsync(ShmNatsOutbound.Over(here, Bridge(server)), () => here.Count == 0, "the queue is empty");
        ShmNatsBridgeOptions options = Inbound(server, "machine");
        options.AckWait = TimeSpan.FromMilliseconds(300); // far less than the queue is full
        ShmNatsInbound bridge = ShmNatsInbound.Over(there, options);
        using CancellationTokenSource stop = new();
        Task running = bridge.RunAsync(stop.Token);
        await UntilAsync(running, () => bridge.Status.LastError?.Contains("is full", StringComparison.Ordinal) == true, () => "it is full");

        List<long> taken = [];
        await UntilAsync(running, () =>
        {
            taken.AddRange(Taken(there));
            return taken.Count >= 200;
        }, () => $"all are there; {taken.Count} {bridge.Status}");
        await stop.CancelAsync();
        await running.WaitAsync(Worker.Patience);

        taken.AddRange(Taken(there));
        Ledger(taken, 200).ShouldBe("");
    }

    [NatsFact]
    public async Task Another_version_of_the_message_is_compared_field_by_field_and_stays_in_the_stream()
    {
        using NatsServer server = NatsServer.Started();
        OrderOfOldQueue here = Folder.Track(OrderOfOldQueue.Create("here", Folder.Options));
        OrderQueue there = Orders("there");
        here.Enqueue(new OrderOfOld { Id = 1 });
        await RunUntilAsync(ShmNatsOutbound.Over(here, Bridge(server)), () => here.Count == 0, "the queue is empty");

        ShmNatsSchemaMismatchException error = await Should.ThrowAsync<ShmNatsSchemaMismatchException>(() =>
            ShmNatsInbound.Over(there, Inbound(server, "machine")).RunAsync(CancellationToken.None).WaitAsync(Worker.Patience));

        error.Sequence.ShouldBe(1UL);
        error.Message.ShouldContain("field 'Price' is f32 at offset 8 (4 bytes) in the message and f64 at offset 8 (8 bytes) in the queue "
            + "'there'");
        there.Count.ShouldBe(0);
        (await ReadAllAsync(server.Options, "ORDERS")).Count.ShouldBe(1);
    }

    [NatsFact]
    public async Task A_message_that_no_bridge_published_is_refused()
    {
        using NatsServer server = NatsServer.Started();
        OrderQueue there = Orders("there");
        await using (NatsConnection connection = new(server.Options))
        {
            NatsJSContext context = new(connection);
            _ = await context.CreateStreamAsync(Stream());
            _ = await context.PublishAsync("orders", new byte[32]);
        }

        (await Should.ThrowAsync<ShmNatsSchemaMismatchException>(() =>
            ShmNatsInbound.Over(there, Inbound(server, "machine")).RunAsync(CancellationToken.None).WaitAsync(Worker.Patience)))
            .Message.ShouldContain("has no header Tsq-Schema");
    }

    [NatsFact]
    public async Task Two_bridges_of_one_consumer_and_one_queue_are_refused()
    {
        using NatsServer server = NatsServer.Started();
        OrderQueue there = Orders("there");
        ShmNatsInbound first = ShmNatsInbound.Over(there, Inbound(server, "machine"));
        await RunUntilAsync(first, () => first.Status.IsConnected, "the bridge is connected");
        using CancellationTokenSource stop = new();
        Task running = first.RunAsync(stop.Token);
        await UntilAsync(running, () => first.Status.IsConnected, () => "connected");

        (await Should.ThrowAsync<ShmNatsBridgeException>(() =>
            ShmNatsInbound.Over(there, Inbound(server, "machine")).RunAsync(CancellationToken.None).WaitAsync(Worker.Patience)))
            .Message.ShouldContain("Another bridge moves messages of the consumer 'machine'");
        await stop.CancelAsync();
        await running.WaitAsync(Worker.Patience);
    }
}

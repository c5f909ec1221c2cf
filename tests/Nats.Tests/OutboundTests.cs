using System.Globalization;
using TypedShmQueue.CompilerServices;

namespace TypedShmQueue.Nats.Tests;

/// <summary>From the queue to the stream.</summary>
public sealed class OutboundTests : BridgeTests
{
    [NatsFact]
    public async Task Messages_come_into_the_stream_once_and_in_order_and_leave_the_queue()
    {
        using NatsServer server = NatsServer.Started();
        OrderQueue orders = Orders();
        ShmNatsOutbound bridge = ShmNatsOutbound.Over(orders, Bridge(server));
        Send(orders, 1000);

        await RunUntilAsync(bridge, () => orders.Count == 0, "the queue is empty");

        bridge.Status.Moved.ShouldBe(1000);
        bridge.Status.Recognized.ShouldBe(0);
        bridge.Status.LastError.ShouldBeNull();
        IReadOnlyList<ReadMessage> all = await ReadAllAsync(server.Options, "ORDERS");
        all.Select(static message => IdOf(message.Data)).ShouldBe(Enumerable.Range(1, 1000).Select(static id => (long)id));
        System.Runtime.InteropServices.MemoryMarshal.Read<Order>(all[7].Data).Symbol.ToString().ShouldBe("8");
        NatsHeaders headers = all[7].Headers.ShouldNotBeNull();
        string id = QueueBytes.Of(orders).QueueId.ToString("x16", CultureInfo.InvariantCulture);
        headers["Nats-Msg-Id"].ToString().ShouldBe($"{id}-7");
        headers["Tsq-Schema"].ToString().ShouldBe(OrderQueue.SchemaId.ToString("x16", CultureInfo.InvariantCulture));
        headers["Tsq-Message"].ToString().ShouldBe("Order");
    }

    [NatsFact]
    public async Task It_ends_by_itself_when_the_queue_is_completed_and_the_stream_has_everything()
    {
        using NatsServer server = NatsServer.Started();
        OrderQueue orders = Orders();
        Send(orders, 100);
        orders.Complete();

        await ShmNatsOutbound.Over(orders, Bridge(server)).RunAsync(CancellationToken.None).WaitAsync(Worker.Patience);

        orders.IsCompleted.ShouldBeTrue();
        await StreamShouldHoldAsync(server.Options, 100);
    }

    [NatsFact]
    public async Task What_another_bridge_published_and_did_not_settle_is_recognized()
    {
        using NatsServer server = NatsServer.Started();
        OrderQueue orders = Orders();
        Send(orders, 10);
        await RunUntilAsync(ShmNatsOutbound.Over(orders, Bridge(server)), () => orders.Count == 0, "the queue is empty");
        string id = QueueBytes.Of(orders).QueueId.ToString("x16", CultureInfo.InvariantCulture);
        await using (NatsConnection connection = new(server.Options))
        {
            PubAckResponse ack = await new NatsJSContext(connection).PublishAsync("orders", new byte[32],
                opts: new NatsJSPubOpts { MsgId = $"{id}-10" });
            ack.Error.ShouldBeNull();
            ack.Duplicate.ShouldBeFalse();
        }

        Send(orders, 1, first: 11);
        ShmNatsOutbound bridge = ShmNatsOutbound.Over(orders, Bridge(server));
        await RunUntilAsync(bridge, () => orders.Count == 0, "the queue is empty");

        bridge.Status.Moved.ShouldBe(1);
        bridge.Status.Recognized.ShouldBe(1);
        (await ReadAllAsync(server.Options, "ORDERS")).Count.ShouldBe(11);
    }

    [NatsFact]
    public async Task A_queue_that_was_created_anew_has_other_ids()
    {
        using NatsServer server = NatsServer.Started();
        for (int life = 0; life < 2; life++)
        {
            using OrderQueue orders = OrderQueue.Create("orders", Folder.Options);
            Send(orders, 10);
            await RunUntilAsync(ShmNatsOutbound.Over(orders, Bridge(server)), () => orders.Count == 0, "the queue is empty");
            orders.Delete();
        }

        (await ReadAllAsync(server.Options, "ORDERS")).Count.ShouldBe(20);
    }

    [NatsFact]
    public async Task Two_groups_of_a_broadcast_queue_feed_two_subjects_of_one_stream()
    {
        using NatsServer server = NatsServer.Started();
        QuoteQueue quotes = Folder.Track(QuoteQueue.Create("quotes", Folder.Options));
        List<(ShmNatsOutbound Bridge, CancellationTokenSource Stop, Task Running)> bridges = [];
        foreach (string group in (string[])["east", "west"])
        {
            ShmNatsBridgeOptions options = Bridge(server);
            options.Group = group;
            options.Subject = $"quotes.{group}";
            options.Create = new StreamConfig("QUOTES", ["quotes.*"]);
            ShmNatsOutbound bridge = ShmNatsOutbound.Over(quotes, options);
            CancellationTokenSource stop = new();
            Task running = bridge.RunAsync(stop.Token);
            bridges.Add((bridge, stop, running));
            await UntilAsync(running, () => quotes.GetStatistics().Groups.Any(g => string.Equals(g.Name, group, StringComparison.Ordinal)),
                () => $"the group '{group}' is there");
        }

        for (int id = 1; id <= 100; id++) quotes.Enqueue(new Quote { Id = id, Bid = id });

        foreach ((ShmNatsOutbound bridge, CancellationTokenSource stop, Task running) in bridges)
        {
            await UntilAsync(running, () => bridge.Status is { Moved: 100, Lag: 0 }, () => $"all are moved; {bridge.Status}");
            await stop.CancelAsync();
            await running.WaitAsync(Worker.Patience);
            stop.Dispose();
        }

        (await ReadAllAsync(server.Options, "QUOTES")).Count.ShouldBe(200);
        bridges.ShouldAllBe(static b => b.Bridge.Status.Recognized == 0);
    }

    [NatsFact]
    public async Task Serialized_messages_have_their_own_lengths()
    {
        using NatsServer server = NatsServer.Started();
        NoteQueue notes = Folder.Track(NoteQueue.Create("notes", Folder.Options));
        foreach (string text in (string[])["", "a", new('z', 200)]) notes.Enqueue(new Note(text));

        await RunUntilAsync(ShmNatsOutbound.Over(notes, Bridge(server)), () => notes.Count == 0, "the queue is empty");

        (await ReadAllAsync(server.Options, "ORDERS")).Select(static message => System.Text.Encoding.UTF8.GetString(message.Data))
            .ShouldBe(["", "a", new('z', 200)]);
    }

    [NatsFact]
    public async Task The_schema_is_stored_once_under_its_id()
    {
        using NatsServer server = NatsServer.Started();
        OrderQueue orders = Orders();
        for (int life = 0; life < 2; life++)
        {
            ShmNatsOutbound bridge = ShmNatsOutbound.Over(orders, Bridge(server));
            await RunUntilAsync(bridge, () => bridge.Status.IsConnected, "the bridge is connected");
        }

        IReadOnlyList<ReadMessage> entries = await ReadAllAsync(server.Options, "KV_tsq-schemas");
        entries.ShouldHaveSingleItem().Data.ShouldBe(OrderQueue.Schema.ToArray());
    }

    [NatsFact]
    public async Task A_group_begins_with_its_bridge_and_not_with_the_server()
    {
        using NatsServer server = new();
        QuoteQueue quotes = Folder.Track(QuoteQueue.Create("quotes", Folder.Options with { Capacity = 64 }));
        ShmNatsBridgeOptions options = Bridge(server);
        options.Group = "out";
        ShmNatsOutbound bridge = ShmNatsOutbound.Over(quotes, options);
        using CancellationTokenSource stop = new();
        Task running = bridge.RunAsync(stop.Token);
        await UntilAsync(running, () => bridge.Status.LastError != null, () => "it waits");
        int sent = Enumerable.Range(1, 200).Count(id => quotes.TryEnqueue(new Quote { Id = id }));
        sent.ShouldBe(64);
        bridge.Status.Lag.ShouldBe(64);
        server.Start();
        await UntilAsync(running, () => bridge.Status.Moved == 64, () => $"all are moved; {bridge.Status}");
        await stop.CancelAsync();
        await running.WaitAsync(Worker.Patience);
    }
}

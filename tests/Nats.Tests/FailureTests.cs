using System.Collections.Concurrent;

namespace TypedShmQueue.Nats.Tests;

/// <summary>What fails underneath a bridge that runs: nothing is lost, nothing is doubled, and it goes on by itself.</summary>
public sealed class FailureTests : BridgeTests
{
    private static readonly int Count = Effort.Of(6_000, 100_000);

    [NatsFact]
    public async Task A_server_that_is_killed_and_started_again_costs_nothing()
    {
        using NatsServer server = NatsServer.Started();
        OrderQueue orders = Orders();
        ShmNatsOutbound bridge = ShmNatsOutbound.Over(orders, Bridge(server));
        await CarryAsync(orders, bridge, async moved =>
        {
            for (int life = 1; life <= 3; life++)
            {
                await moved(life * Count / 4);
                server.Kill();
                await Task.Delay(100);
                server.Start();
            }
        });

        await StreamShouldHoldAsync(server.Options, Count, inOrder: false);
    }

    [NatsFact]
    public async Task A_server_that_stands_still_costs_nothing_and_what_it_answers_late_is_recognized()
    {
        using NatsServer server = NatsServer.Started();
        OrderQueue orders = Orders();
        ShmNatsBridgeOptions options = Bridge(server);
        options.AckTimeout = TimeSpan.FromMilliseconds(300);
        ShmNatsOutbound bridge = ShmNatsOutbound.Over(orders, options);
        await CarryAsync(orders, bridge, async moved =>
        {
            for (int life = 1; life <= 2; life++)
            {
                await moved(life * Count / 3);
                server.Pause();
                await Task.Delay(1500);
                server.Resume();
            }
        });

        bridge.Status.Retried.ShouldBeGreaterThan(0);
        await StreamShouldHoldAsync(server.Options, Count, inOrder: false);
    }

    [NatsFact]
    public async Task A_full_stream_keeps_messages_in_the_queue_until_it_has_room()
    {
        using NatsServer server = NatsServer.Started();
        OrderQueue orders = Orders();
        Send(orders, 300);
        ShmNatsBridgeOptions options = Bridge(server);
        options.Create!.MaxMsgs = 100;
        options.Create.Discard = StreamConfigDiscard.New;
        ShmNatsOutbound bridge = ShmNatsOutbound.Over(orders, options);
        using CancellationTokenSource stop = new();
        Task running = bridge.RunAsync(stop.Token);
        await UntilAsync(running, () => bridge.Status is { Moved: 100, LastError: not null }, () => $"the stream is full; {bridge.Status}");
        bridge.Status.LastError.ShouldBe("The stream 'ORDERS' did not take a message: maximum messages exceeded.");
        orders.Count.ShouldBe(200);

        await using (NatsConnection connection = new(server.Options))
        {
            options.Create.MaxMsgs = -1;
            _ = await new NatsJSContext(connection).UpdateStreamAsync(options.Create);
        }

        await UntilAsync(running, () => orders.Count == 0, () => $"the queue is empty; {bridge.Status}");
        await stop.CancelAsync();
        await running.WaitAsync(Worker.Patience);
        await StreamShouldHoldAsync(server.Options, 300, inOrder: false);
    }

    [NatsTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_that_is_deleted_underneath_is_created_again_or_waited_for(bool creates)
    {
        using NatsServer server = NatsServer.Started();
        OrderQueue orders = Orders();
        await using NatsConnection connection = new(server.Options);
        NatsJSContext context = new(connection);
        _ = await context.CreateStreamAsync(Stream());
        ShmNatsBridgeOptions options = Bridge(server);
        if (!creates) options.Create = null;
        ShmNatsOutbound bridge = ShmNatsOutbound.Over(orders, options);
        using CancellationTokenSource stop = new();
        Task running = bridge.RunAsync(stop.Token);
        Send(orders, 10);
        await UntilAsync(running, () => orders.Count == 0, () => $"the queue is empty; {bridge.Status}");

        _ = await context.DeleteStreamAsync("ORDERS");
        Send(orders, 10, first: 11);
        if (!creates)
        {
            await UntilAsync(running, () => bridge.Status.LastError != null, () => $"it says what is wrong; {bridge.Status}");
            bridge.Status.LastError.ShouldBe("No stream takes the subject 'orders' at the moment.");
            orders.Count.ShouldBe(10);
            _ = await context.CreateStreamAsync(Stream());
        }

        await UntilAsync(running, () => orders.Count == 0, () => $"the queue is empty; {bridge.Status}");
        await stop.CancelAsync();
        await running.WaitAsync(Worker.Patience);
        (await ReadAllAsync(server.Options, "ORDERS")).Select(static message => IdOf(message.Data)).Order()
            .ShouldBe(Enumerable.Range(11, 10).Select(static id => (long)id));
    }

    [NatsFact]
    public async Task A_leader_that_is_killed_costs_nothing_in_either_direction()
    {
        using NatsCluster cluster = new();
        cluster.Start();
        OrderQueue here = Orders("here"), there = Orders("there");
        ShmNatsBridgeOptions options = Bridge(replicas: 3, cluster.Options);
        ShmNatsOutbound outbound = ShmNatsOutbound.Over(here, options);
        ShmNatsBridgeOptions inboundOptions = Bridge(replicas: 3, cluster.Options);
        inboundOptions.Consumer = "machine";
        ShmNatsInbound inbound = ShmNatsInbound.Over(there, inboundOptions);
        using CancellationTokenSource stop = new();
        ConcurrentQueue<long> taken = [];
        Task arriving = inbound.RunAsync(stop.Token);
        Task taking = Task.Run(async () =>
        {
            HashSet<long> known = [];
            while (known.Count < Count)
            {
                OrderLease lease = await there.TakeAsync(stop.Token);
                known.Add(lease.Value.Id);
                taken.Enqueue(lease.Value.Id);
                lease.Acknowledge();
            }
        });
        await CarryAsync(here, outbound, async moved =>
        {
            int lives = Effort.Of(1, 20);
            for (int life = 1; life <= lives; life++)
            {
                await moved(life * Count / (lives + 1));
                (await cluster.KillLeaderAsync("ORDERS")).Start();
                await cluster.WaitUntilWholeAsync("ORDERS");
            }
        });

        await StreamShouldHoldAsync(cluster.Options, Count, inOrder: false);
        await UntilAsync(arriving, () => taking.IsCompleted, () => $"all have come; {inbound.Status}; {there.Count} in the queue; "
            + Ledger(taken, Count));
        await taking;
        await stop.CancelAsync();
        await arriving.WaitAsync(Worker.Patience);
        Ledger(taken, Count).ShouldBe("");
    }

    /// <summary>Sends all, while the bridge runs and something happens to it.</summary>
    private static async Task CarryAsync(OrderQueue orders, ShmNatsOutbound bridge, Func<Func<int, Task>, Task> meanwhile)
    {
        using CancellationTokenSource stop = new();
        Task running = bridge.RunAsync(stop.Token);
        Worker sender = Worker.Start(() => Send(orders, Count));
        await meanwhile(count => UntilAsync(running, () => bridge.Status.Moved >= count, () => $"{count} are moved; {bridge.Status}"));
        await Task.Run(sender.Join);
        await UntilAsync(running, () => orders.Count == 0, () => $"the queue is empty; {bridge.Status}");
        await stop.CancelAsync();
        await running.WaitAsync(Worker.Patience);
        bridge.Status.Moved.ShouldBe(Count);
    }

    [NatsFact]
    public async Task A_bridge_that_is_stopped_while_it_begins_returns()
    {
        using NatsServer server = NatsServer.Started();
        await using NatsConnection connection = new(server.Options);
        _ = await new NatsJSContext(connection).CreateStreamAsync(Stream());
        OrderQueue here = Orders("here"), there = Orders("there");
        for (int milliseconds = 0; milliseconds < 30; milliseconds++)
        {
            using CancellationTokenSource stop = new(milliseconds);
            await ShmNatsOutbound.Over(here, Bridge(server)).RunAsync(stop.Token).WaitAsync(Worker.Patience);
            using CancellationTokenSource stopToo = new(milliseconds);
            await ShmNatsInbound.Over(there, Inbound(server, "machine")).RunAsync(stopToo.Token).WaitAsync(Worker.Patience);
        }
    }
}

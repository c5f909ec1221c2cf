using TypedShmQueue.Nats.Tests.Processes;

namespace TypedShmQueue.Nats.Tests;

/// <summary>
/// A bridge in a process of its own kills itself at a step, again and again, and the next one goes on. docs/testing.md has the long form.
/// </summary>
public sealed class KillTests : BridgeTests
{
    private const int Count = 1_500;

    private static int Lives => Effort.Of(little: 2, much: 15);

    /// <summary>
    /// How often a life comes to its step, which its last visit ends: seldom enough that there are messages for every life.
    /// </summary>
    private static int Nth(int life) => 1 + (life * 11);

    [NatsTheory]
    [InlineData("outbound: taken")]
    [InlineData("outbound: published")]
    [InlineData("outbound: answered")]
    [InlineData("outbound: acknowledged")]
    public async Task A_bridge_that_dies_on_its_way_out_loses_nothing_and_doubles_nothing(string step)
    {
        using NatsServer server = NatsServer.Started();
        await CreateStreamAsync(server);
        OrderQueue orders = Orders();
        Worker sender = Worker.Start(() => Send(orders, Count));
        for (int life = 0; life < Lives; life++)
        {
            using BridgeProcess bridge = new("outbound", Folder, "orders", server.Url, step, Nth(life));
            await bridge.WaitForDeathAsync();
        }

        using BridgeProcess last = new("outbound", Folder, "orders", server.Url);
        await Task.Run(sender.Join);
        await Task.Run(() => Worker.WaitUntil(() => orders.Count == 0, "the queue is empty"));
        await StreamShouldHoldAsync(server.Options, Count, inOrder: false);
    }

    /// <remarks>
    /// Between the enqueue and the note that it was made there is an instant in which a death doubles the one message. Nothing else does.
    /// </remarks>
    [NatsTheory]
    [InlineData("inbound: received")]
    [InlineData("inbound: enqueued")]
    [InlineData("inbound: remembered")]
    [InlineData("inbound: acknowledged")]
    public async Task A_bridge_that_dies_on_its_way_in_loses_nothing_and_doubles_nothing(string step)
    {
        using NatsServer server = NatsServer.Started();
        await CreateStreamAsync(server);
        OrderQueue here = Orders("here"), there = Orders("there");
        Send(here, Count);
        await RunUntilAsync(ShmNatsOutbound.Over(here, Bridge(server)), () => here.Count == 0, "the queue is empty");
        for (int life = 0; life < Lives; life++)
        {
            using BridgeProcess bridge = new("inbound", Folder, "there", server.Url, step, Nth(life));
            await bridge.WaitForDeathAsync();
        }

        using BridgeProcess last = new("inbound", Folder, "there", server.Url);
        List<long> taken = [];
        await Task.Run(() =>
        {
            HashSet<long> known = [];
            while (known.Count < Count)
            {
                there.TryTake(out OrderLease lease, Worker.Patience).ShouldBeTrue($"{taken.Count} have come");
                taken.Add(lease.Value.Id);
                known.Add(lease.Value.Id);
                lease.Acknowledge();
            }
        });
        await Task.Delay(1_500); // what is delivered again comes after AckWait, which is a second
        taken.AddRange(RestOf(there));

        taken.Order().ShouldBe(Enumerable.Range(1, Count).Select(static id => (long)id));
    }

    [NatsFact]
    public async Task Many_messages_through_deaths_of_bridge_and_server_are_in_the_stream_once()
    {
        int count = Effort.Of(10_000, 100_000);
        int deaths = Effort.Of(4, 60);
        using NatsServer server = NatsServer.Started();
        await CreateStreamAsync(server);
        OrderQueue orders = Orders();
        Worker sender = Worker.Start(() =>
        {
            for (int part = 0; part < deaths; part++) Send(orders, count / deaths, first: 1 + (part * (count / deaths)));
            Send(orders, count % deaths, first: 1 + (deaths * (count / deaths)));
        });
        BridgeProcess bridge = new("outbound", Folder, "orders", server.Url);
        try
        {
            Random random = new(16);
            for (int death = 0; death < deaths; death++)
            {
                await Task.Delay(random.Next(100, 600));
                if (death % 2 == 0)
                {
                    bridge.Kill();
                    bridge.Dispose();
                    bridge = new("outbound", Folder, "orders", server.Url);
                }
                else
                {
                    server.Kill();
                    server.Start();
                }
            }

            await Task.Run(sender.Join);
            await Task.Run(() => Worker.WaitUntil(() => orders.Count == 0, "the queue is empty"));
        }
        finally
        {
            bridge.Dispose();
        }

        await StreamShouldHoldAsync(server.Options, count, inOrder: false);
    }

    private static async Task CreateStreamAsync(NatsServer server)
    {
        await using NatsConnection connection = new(server.Options);
        _ = await new NatsJSContext(connection).CreateStreamAsync(Stream());
    }

    private static IEnumerable<long> RestOf(OrderQueue queue)
    {
        while (queue.TryTake(out OrderLease lease))
        {
            yield return lease.Value.Id;
            lease.Acknowledge();
        }
    }
}

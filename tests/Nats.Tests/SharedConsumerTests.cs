using System.Diagnostics;

namespace TypedShmQueue.Nats.Tests;

/// <summary>
/// Machines that share a consumer, of which one has a full queue: the server gives a message to another one after some time, so the first
/// must not keep it.
/// </summary>
public sealed class SharedConsumerTests : BridgeTests
{
    private const int Slots = 16;

    [NatsFact]
    public async Task What_a_full_machine_fetched_ahead_goes_to_another_one_alone()
    {
        using NatsServer server = NatsServer.Started();
        await FillAsync(server, 600);
        OrderQueue full = Small("full"), other = Orders("other");
        using CancellationTokenSource stop = new();
        Task first = ShmNatsInbound.Over(full, Inbound(server, "shared")).RunAsync(stop.Token);
        await UntilAsync(first, () => full.Count == Slots, () => "one is full");
        Task second = ShmNatsInbound.Over(other, Inbound(server, "shared")).RunAsync(stop.Token);
        await UntilAsync(second, () => other.Count == 600 - Slots - 1, () => $"the other has all that it can have; {other.Count}");

        Ledger(await TakeAllAsync(600, full, other), 600).ShouldBe("");
        await stop.CancelAsync();
        await Task.WhenAll(first, second).WaitAsync(Worker.Patience);
    }

    [NatsFact]
    public async Task A_consumer_that_exists_has_a_time_of_its_own()
    {
        using NatsServer server = NatsServer.Started();
        await FillAsync(server, Slots + 1);
        await using NatsConnection connection = new(server.Options);
        _ = await new NatsJSContext(connection).CreateOrUpdateConsumerAsync("ORDERS", new ConsumerConfig("shared")
        {
            AckPolicy = ConsumerConfigAckPolicy.Explicit, AckWait = TimeSpan.FromMilliseconds(500), FilterSubject = "orders",
        });
        OrderQueue full = Small("full"), other = Orders("other");
        ShmNatsBridgeOptions patient = Inbound(server, "shared");
        patient.AckWait = TimeSpan.FromSeconds(30);
        using CancellationTokenSource stop = new();
        Task first = ShmNatsInbound.Over(full, patient).RunAsync(stop.Token);
        await UntilAsync(first, () => full.Count == Slots, () => "one is full");
        Task second = ShmNatsInbound.Over(other, patient).RunAsync(stop.Token);
        await Task.Delay(2000);
        other.Count.ShouldBe(0, "the first has it in hand");

        Ledger(await TakeAllAsync(Slots + 1, full, other), Slots + 1).ShouldBe("");
        await stop.CancelAsync();
        await Task.WhenAll(first, second).WaitAsync(Worker.Patience);
    }

    /// <summary>An acknowledgement names a sequence, and not the stream that had it.</summary>
    [NatsFact]
    public async Task What_a_full_machine_fetched_of_a_deleted_stream_acknowledges_nothing_of_its_successor()
    {
        using NatsServer server = NatsServer.Started();
        await FillAsync(server, 200);
        OrderQueue full = Small("full"), other = Small("other");
        using CancellationTokenSource stop = new(), stopOther = new();
        ShmNatsInbound bridge = ShmNatsInbound.Over(full, Inbound(server, "shared"));
        Task first = bridge.RunAsync(stop.Token);
        await UntilAsync(first, () => full.Count == Slots, () => "one is full");
        await using NatsConnection connection = new(server.Options);
        _ = await new NatsJSContext(connection).DeleteStreamAsync("ORDERS");
        await FillAsync(server, 200, first: 1001);
        Task second = ShmNatsInbound.Over(other, Inbound(server, "shared")).RunAsync(stopOther.Token);
        await UntilAsync(second, () => other.Count == Slots, () => "the other is full, too");
        await Task.Delay(500);

        // The one works off what it has, and the other ends with what it had fetched.
        List<long> ids = [];
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(1))
        {
            ids.AddRange(Taken(full));
            await Task.Delay(2);
        }

        await stopOther.CancelAsync();
        await second.WaitAsync(Worker.Patience);
        ids.AddRange(Taken(other));
        await UntilAsync(first, () =>
        {
            ids.AddRange(Taken(full));
            return ids.Where(static id => id > 1000).Distinct().Count() == 200;
        }, () => $"all of the new stream have come; {ids.Where(static id => id > 1000).Distinct().Count()}; {bridge.Status}");
        await stop.CancelAsync();
        await first.WaitAsync(Worker.Patience);
    }

    private OrderQueue Small(string name) => Folder.Track(OrderQueue.Create(name, Folder.Options with { Capacity = Slots }));

    /// <summary>Takes until so many have come, and what comes in the time after which the server would have given one to another.</summary>
    private static async Task<IReadOnlyList<long>> TakeAllAsync(int count, params OrderQueue[] queues)
    {
        List<long> ids = [];
        long start = Stopwatch.GetTimestamp(), complete = 0;
        while (complete == 0 || Stopwatch.GetElapsedTime(complete) < TimeSpan.FromSeconds(3))
        {
            foreach (OrderQueue queue in queues) ids.AddRange(Taken(queue));
            if (complete == 0 && ids.Count >= count) complete = Stopwatch.GetTimestamp();
            if (Stopwatch.GetElapsedTime(start) > Worker.Patience) throw new TimeoutException($"{ids.Count} of {count} have come.");
            await Task.Delay(5);
        }

        return ids;
    }
}

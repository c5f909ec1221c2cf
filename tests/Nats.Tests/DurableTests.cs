using TypedShmQueue.CompilerServices;

namespace TypedShmQueue.Nats.Tests;

/// <summary>Bridges of durable queues, and a power failure after them: the memory is gone, and the journal is as it was.</summary>
public sealed class DurableTests : BridgeTests
{
    private readonly string _folder = Path.Combine(AppContext.BaseDirectory, $"durable-{Guid.NewGuid():N}");
    private readonly string _name = ShmQueueName.NewUnique();

    public DurableTests() => Directory.CreateDirectory(_folder);

    private ShmQueueOptions Options => new() { Directory = _folder, Durability = Durability.Committed, Capacity = 64 };

    public override void Dispose()
    {
        base.Dispose();
        LoseMemory();
        Directory.Delete(_folder, recursive: true);
    }

    [NatsFact]
    public async Task What_is_acknowledged_to_the_stream_is_on_the_disk()
    {
        using NatsServer server = NatsServer.Started();
        OrderQueue here = Orders("here");
        Send(here, 20);
        await RunUntilAsync(ShmNatsOutbound.Over(here, Bridge(server)), () => here.Count == 0, "the queue is empty");

        OrderQueue there = OrderQueue.Create(_name, Options);
        byte[] journal = [];
        ShmNatsInbound bridge = ShmNatsInbound.Over(there, Inbound(server, "machine"));
        // While nobody has had a reason to commit but the bridge: a handle that ends commits, too.
        await RunUntilAsync(bridge, () => bridge.Status.Moved == 20 && (journal = Journal()).Length > 0, "all are moved");
        CutPower(there, journal);

        using OrderQueue recovered = OrderQueue.Open(_name, Options);
        Taken(recovered).ShouldBe(Enumerable.Range(1, 20).Select(static id => (long)id));
    }

    [NatsFact]
    public async Task A_message_that_a_power_failure_took_back_does_not_share_its_number_with_another()
    {
        using NatsServer server = NatsServer.Started();
        OrderQueue.Create(_name, Options).Dispose();
        OrderQueue here = OrderQueue.Open(_name, Options with { Durability = Durability.Cached });
        Send(here, 5);
        await RunUntilAsync(ShmNatsOutbound.Over(here, Bridge(server)), () => here.Count == 0, "the queue is empty");
        CutPower(here, Journal());

        using OrderQueue recovered = OrderQueue.Open(_name, Options with { Durability = Durability.Cached });
        Send(recovered, 3, first: 100);
        await RunUntilAsync(ShmNatsOutbound.Over(recovered, Bridge(server)), () => recovered.Count == 0, "the queue is empty");

        // The stream leaves out what has the number of one that it has.
        (await ReadAllAsync(server.Options, "ORDERS")).Select(static one => IdOf(one.Data)).ShouldBe([1, 2, 3, 4, 5, 100, 101, 102]);
    }

    private byte[] Journal() => File.ReadAllBytes(Path.Combine(_folder, _name));

    private void CutPower(OrderQueue queue, byte[] journal)
    {
        queue.Dispose();
        LoseMemory();
        using FileStream file = new(Path.Combine(_folder, _name), FileMode.Open, FileAccess.Write);
        file.Write(journal);
    }

    private void LoseMemory()
    {
        foreach (string ring in Directory.GetFiles(QueueFiles.DirectoryOf(ShmQueueOptions.Default), _name + ".*")) File.Delete(ring);
    }
}

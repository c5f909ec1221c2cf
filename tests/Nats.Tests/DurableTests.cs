using TypedShmQueue.CompilerServices;
using TypedShmQueue.Nats.Streams;

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
        await FillAsync(server, 20);

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

    /// <summary>Nearly always such a bridge waits for a commit, so a stop nearly always meets one.</summary>
    [NatsFact]
    public async Task A_stop_in_a_commit_doubles_nothing_although_the_ring_goes_round_before_the_next_start()
    {
        using NatsServer server = NatsServer.Started();
        await FillAsync(server, 1000);
        using OrderQueue there = OrderQueue.Create(_name, Options);
        using OrderQueue local = OrderQueue.Open(_name, Options with { Durability = Durability.Cached });
        ShmNatsInbound bridge = ShmNatsInbound.Over(there, Inbound(server, "machine"));
        List<long> ids = [];
        for (int life = 0; life < 10; life++)
        {
            long before = bridge.Status.Moved;
            await RunUntilAsync(bridge, () => { ids.AddRange(Taken(there)); return bridge.Status.Moved > before + 5; }, "some are moved");
            for (int i = 0; i < 2 * Options.Capacity; i++)
            {
                ids.AddRange(Taken(there));
                local.Enqueue(OrderOf(-1));
            }
        }

        await RunUntilAsync(bridge, () => { ids.AddRange(Taken(there)); return ids.Where(static id => id > 0).Distinct().Count() == 1000; },
            "all have come");
        ids.AddRange(Taken(there));
        Ledger(ids.Where(static id => id > 0), 1000).ShouldBe("");
    }

    [NatsFact]
    public async Task A_bridge_that_is_stopped_while_it_waits_for_what_a_dead_one_sent_lets_the_next_one_begin()
    {
        using NatsServer server = NatsServer.Started();
        await FillAsync(server, 1);
        using OrderQueue there = OrderQueue.Create(_name, Options);
        // A claim that is open holds commits up.
        using ManualResetEventSlim claimed = new(), release = new();
        Worker holder = Worker.Start(() =>
        {
            there.TryClaim(out SlotWriter<Order> writer).ShouldBeTrue();
            using (writer)
            {
                claimed.Set();
                release.Wait(Worker.Patience).ShouldBeTrue();
                writer.Value = OrderOf(2);
                writer.Commit();
            }
        });
        claimed.Wait(Worker.Patience).ShouldBeTrue();
        await using (NatsConnection connection = new(server.Options))
        {
            DateTimeOffset created = (await new NatsJSContext(connection).GetStreamAsync("ORDERS")).Info.Created;
            QueueBytes bytes = QueueBytes.Of(there);
            ShmNatsBridgeOptions options = Inbound(server, "machine");
            using SequenceMemory memory = SequenceMemory.Open(bytes, "ORDERS", created, "machine", options.Remembered);
            memory.Begin(new MessageInStream(1, 1), bytes.RingNumber);
            bytes.TryEnqueue(new byte[bytes.MaxBytes], ref memory.Claimed, out _).ShouldBeTrue();
        }

        using (CancellationTokenSource stop = new())
        {
            Task running = ShmNatsInbound.Over(there, Inbound(server, "machine")).RunAsync(stop.Token);
            await Task.Delay(1000);
            await stop.CancelAsync();
            await running.WaitAsync(Worker.Patience);
        }

        release.Set();
        await Task.Run(holder.Join);
        ShmNatsInbound next = ShmNatsInbound.Over(there, Inbound(server, "machine"));
        await RunUntilAsync(next, () => next.Status.Moved == 2, "what was sent is noted, and the other one moved");
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

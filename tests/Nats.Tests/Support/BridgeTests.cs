using System.Globalization;
using System.Text;

namespace TypedShmQueue.Nats.Tests.Support;

/// <summary>A test with a folder of queues, and what it takes to look into a stream.</summary>
public abstract class BridgeTests : IDisposable
{
    protected QueueFolder Folder { get; } = new();

    public virtual void Dispose()
    {
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected OrderQueue Orders(string name = "orders") => Folder.Track(OrderQueue.OpenOrCreate(name, Folder.Options));

    protected static ShmNatsBridgeOptions Bridge(NatsServer server) => Bridge(1, server.Options);

    protected static ShmNatsBridgeOptions Bridge(int replicas, NatsOpts server) => new()
    {
        Nats = server,
        Subject = "orders",
        Create = Stream(replicas),
        RetryDelay = TimeSpan.FromMilliseconds(20),
        MaxRetryDelay = TimeSpan.FromMilliseconds(500),
        AckTimeout = TimeSpan.FromSeconds(2),
        StopTimeout = TimeSpan.FromSeconds(5),
        AckWait = TimeSpan.FromSeconds(2),
        Consumer = null,
    };

    protected static ShmNatsBridgeOptions Inbound(NatsServer server, string consumer, int window = 256)
    {
        ShmNatsBridgeOptions options = Bridge(server);
        options.Consumer = consumer;
        options.Window = window;
        return options;
    }

    protected static IReadOnlyList<long> Taken(OrderQueue queue)
    {
        List<long> ids = [];
        while (queue.TryTake(out OrderLease lease))
        {
            ids.Add(lease.Value.Id);
            lease.Acknowledge().ShouldBeTrue();
        }

        return ids;
    }

    protected static StreamConfig Stream(int replicas = 1) => new("ORDERS", ["orders"])
    {
        NumReplicas = replicas,
        Storage = StreamConfigStorage.File,
        DuplicateWindow = TimeSpan.FromMinutes(2),
    };

    protected static Order OrderOf(long id) => new() { Id = id, Price = id / 4.0, Symbol = new(id.ToString(CultureInfo.InvariantCulture)) };

    protected static void Send(OrderQueue queue, int count, int first = 1)
    {
        for (int id = first; id < first + count; id++) queue.Enqueue(OrderOf(id));
    }

    /// <summary>So many orders into the stream of a server.</summary>
    protected async Task FillAsync(NatsServer server, int count, int first = 1)
    {
        OrderQueue here = Orders("here");
        Send(here, count, first);
        await RunUntilAsync(ShmNatsOutbound.Over(here, Bridge(server)), () => here.Count == 0, "the queue is empty");
    }

    /// <summary>Runs the bridge until what is asked for holds, and stops it.</summary>
    protected static async Task RunUntilAsync(ShmNatsBridge bridge, Func<bool> holds, string what)
    {
        using CancellationTokenSource stop = new();
        Task running = bridge.RunAsync(stop.Token);
        await UntilAsync(running, holds, () => $"{what}; {bridge.Status}");
        await stop.CancelAsync();
        await running.WaitAsync(Worker.Patience);
    }

    /// <summary>Waits until it holds, or the task has failed.</summary>
    protected static async Task UntilAsync(Task running, Func<bool> holds, Func<string> what)
    {
        long start = System.Diagnostics.Stopwatch.GetTimestamp();
        while (!holds())
        {
            if (running.IsCompleted) await running;
            if (System.Diagnostics.Stopwatch.GetElapsedTime(start) > Worker.Patience)
                throw new TimeoutException($"It never came to this: {what()}.");
            await Task.Delay(5);
        }
    }

    /// <summary>Reads a whole stream: the payload and headers of each message, in its order.</summary>
    protected static async Task<IReadOnlyList<ReadMessage>> ReadAllAsync(
        NatsOpts server, string stream)
    {
        await using NatsConnection connection = new(server);
        NatsJSContext context = new(connection);
        List<ReadMessage> all = [];
        INatsJSStream found = await context.GetStreamAsync(stream);
        if (found.Info.State.Messages == 0) return all;
        INatsJSConsumer reader = await context.CreateOrderedConsumerAsync(stream);
        await foreach (INatsJSMsg<byte[]> message in reader.ConsumeAsync(NatsRawSerializer<byte[]>.Default))
        {
            NatsJSMsgMetadata metadata = message.Metadata!.Value;
            all.Add(new(metadata.Sequence.Stream, metadata.Timestamp, message.Data ?? [], message.Headers));
            if (metadata.NumPending == 0) break;
        }

        return all;
    }

    protected static long IdOf(byte[] data) => BitConverter.ToInt64(data);

    /// <summary>Every id once, in the order in which they were sent.</summary>
    protected static async Task StreamShouldHoldAsync(NatsOpts server, int count, bool inOrder = true)
    {
        List<long> ids = [.. (await ReadAllAsync(server, "ORDERS")).Select(static message => IdOf(message.Data))];
        IEnumerable<long> sent = Enumerable.Range(1, count).Select(static id => (long)id);
        if (inOrder) ids.ShouldBe(sent);
        else Ledger(ids, count).ShouldBe("");
    }

    /// <summary>What is missing and what is there too often; empty if neither.</summary>
    protected static string Ledger(IEnumerable<long> ids, int count)
    {
        int[] seen = new int[count + 1];
        foreach (long id in ids) seen[id]++;
        StringBuilder wrong = new();
        for (int id = 1; id <= count; id++)
        {
            if (seen[id] != 1) wrong.Append(CultureInfo.InvariantCulture, $"{id} is there {seen[id]} times; ");
        }

        return wrong.ToString();
    }
}

/// <summary>A message of a stream, as it was read.</summary>
public sealed record ReadMessage(ulong Sequence, DateTimeOffset Time, byte[] Data, NatsHeaders? Headers);

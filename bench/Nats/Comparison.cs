using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using NATS.Client.Core;
using NATS.Client.JetStream;
using NATS.Client.JetStream.Models;
using TypedShmQueue.Nats;
using TypedShmQueue.Samples.Fleet;

namespace TypedShmQueue.Bench.Nats;

/// <summary>What the bridge costs, against the bare client's PublishConcurrent with the same window, message and server.</summary>
internal static class Comparison
{
    /// <summary>Messages that bridges publish: the bare client consumes the same.</summary>
    private const string Bridged = "bench.bridged";

    private const int Messages = 20_000, Window = 256, Pings = 1_000, Burst = 16_384;

    public static async Task<int> RunAsync(int rounds)
    {
        string folder = Directory.CreateTempSubdirectory("tsq-bench-nats-").FullName;
        string memory = "/dev/shm/" + Path.GetFileName(folder);
        using NatsNode server = new("bench", NatsNode.FreePorts(1)[0], folder);
        try
        {
            if (!server.TryStart())
            {
                Console.WriteLine("Skipped: this benchmark needs nats-server. Install it: apt-get install nats-server.");
                return 77;
            }

            _ = Directory.CreateDirectory(memory);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(memory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            await Task.Delay(500).ConfigureAwait(false);
            await MeasureAsync(server.Url, memory, rounds).ConfigureAwait(false);
            return 0;
        }
        finally
        {
            server.Dispose();
            Directory.Delete(folder, recursive: true);
            if (Directory.Exists(memory)) Directory.Delete(memory, recursive: true);
        }
    }

    private static async Task MeasureAsync(string url, string memory, int rounds)
    {
        ShmQueueOptions place = new() { Directory = memory, MaxLeases = 4096 };
        NatsOpts opts = NatsOpts.Default with { Url = url };
        await using NatsConnection connection = new(opts);
        NatsJSContext context = new(connection);
        List<double> bare = [], bridged = [], inbound = [], consumed = [], alone = [], worked = [], attached = [], barePing = [], bridgedPing = [];
        // The first round warms up, and is not counted.
        for (int round = 0; round <= rounds; round++)
        {
            _ = await context.CreateStreamAsync(new StreamConfig("BENCH", ["bench.*"])).ConfigureAwait(false);
            await Add(bare, () => PublishBareAsync(context)).ConfigureAwait(false);
            await Add(bridged, () => PublishBridgedAsync(url, place)).ConfigureAwait(false);
            await Add(consumed, () => ConsumeBareAsync(context)).ConfigureAwait(false);
            await Add(inbound, () => ConsumeBridgedAsync(url, place)).ConfigureAwait(false);
            await Add(barePing, () => PingBareAsync(context)).ConfigureAwait(false);
            await Add(bridgedPing, () => PingBridgedAsync(context, url, place)).ConfigureAwait(false);
            await Add(alone, () => ProduceAloneAsync(place)).ConfigureAwait(false);
            await Add(worked, () => ProduceForAWorkerAsync(place)).ConfigureAwait(false);
            await Add(attached, () => ProduceForABridgeAsync(url, place)).ConfigureAwait(false);
            _ = await context.DeleteStreamAsync("BENCH").ConfigureAwait(false);

            async Task Add(List<double> figures, Func<Task<double>> measure)
            {
                double figure = await measure().ConfigureAwait(false);
                await Console.Error.WriteLineAsync($"round {round}: {measure.Method.Name} {figure:0}").ConfigureAwait(false);
                if (round > 0) figures.Add(figure);
            }
        }

        Console.WriteLine($"64-byte messages, window {Window}, medians of {rounds} rounds by turns; the last column is the ratio in a round");
        Line("publish: bare PublishConcurrent, messages/s", bare, null);
        Line("publish: through the bridge, messages/s", bridged, bare);
        Line("consume: bare, messages/s", consumed, null);
        Line("consume: through the bridge, messages/s", inbound, consumed);
        Line("one at a time: bare publish to subscriber, us (p50)", barePing, null);
        Line("one at a time: enqueue to subscriber, us (p50)", bridgedPing, barePing);
        Line("local producer: nobody takes, ns a message", alone, null);
        Line("local producer: a worker of this machine takes, ns a message", worked, alone);
        Line("local producer: a bridge takes, ns a message", attached, worked);
    }

    private static void Line(string what, List<double> figures, List<double>? against)
    {
        string ratio = against == null ? "" : string.Create(CultureInfo.InvariantCulture,
            $"  {Median([.. figures.Zip(against, static (figure, other) => figure / other)]):0.00}");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what,-60}{Median(figures),12:#,0}{ratio}"));
    }

    private static async Task<double> PublishBareAsync(NatsJSContext context)
    {
        byte[] payload = new byte[64];
        string run = Guid.NewGuid().ToString("N");
        Queue<NatsJSPublishConcurrentFuture> futures = new(Window);
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Messages; i++)
        {
            if (futures.Count == Window) await SettleAsync(futures.Dequeue()).ConfigureAwait(false);
            futures.Enqueue(await context.PublishConcurrentAsync("bench.bare", payload, NatsRawSerializer<byte[]>.Default,
                new NatsJSPubOpts { MsgId = string.Create(CultureInfo.InvariantCulture, $"{run}-{i}") }).ConfigureAwait(false));
        }

        while (futures.Count > 0) await SettleAsync(futures.Dequeue()).ConfigureAwait(false);
        return Messages / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task SettleAsync(NatsJSPublishConcurrentFuture future)
    {
        await using (future.ConfigureAwait(false)) _ = await future.GetResponseAsync().ConfigureAwait(false);
    }

    private static async Task<double> PublishBridgedAsync(string url, ShmQueueOptions place)
    {
        using ParcelQueue queue = ParcelQueue.Create("out", place);
        try
        {
            for (int i = 0; i < Messages; i++) queue.Enqueue(new Parcel { Id = i });
            return await RunAsync(ShmNatsOutbound.Over(queue, Options(url)), static bridge => bridge.Status.IsConnected, MoveAsync).ConfigureAwait(false);
        }
        finally
        {
            queue.Delete();
        }
    }

    private static async Task<double> ConsumeBareAsync(NatsJSContext context)
    {
        INatsJSConsumer consumer = await context.CreateOrUpdateConsumerAsync("BENCH", new ConsumerConfig("bare")
        {
            AckPolicy = ConsumerConfigAckPolicy.Explicit, MaxAckPending = 64 * 1024, FilterSubject = Bridged,
        }).ConfigureAwait(false);
        long start = Stopwatch.GetTimestamp();
        int count = 0;
        await foreach (INatsJSMsg<NatsMemoryOwner<byte>> message in consumer.ConsumeAsync(
            NatsRawSerializer<NatsMemoryOwner<byte>>.Default, new NatsJSConsumeOpts { MaxMsgs = Window }).ConfigureAwait(false))
        {
            message.Data.Dispose();
            await message.AckAsync().ConfigureAwait(false);
            if (++count == Messages) break;
        }

        return Messages / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task<double> ConsumeBridgedAsync(string url, ShmQueueOptions place)
    {
        using ParcelQueue queue = ParcelQueue.Create("in", place);
        try
        {
            ShmNatsBridgeOptions options = Options(url);
            options.Consumer = "bridge";
            return await RunAsync(ShmNatsInbound.Over(queue, options), static bridge => bridge.Status.IsConnected, MoveAsync).ConfigureAwait(false);
        }
        finally
        {
            queue.Delete();
        }
    }

    private static async Task<double> MoveAsync(ShmNatsBridge bridge)
    {
        long start = Stopwatch.GetTimestamp();
        long before = bridge.Status.Moved;
        while (bridge.Status.Moved < Messages) await Task.Delay(1).ConfigureAwait(false);
        return (Messages - before) / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>From a publish of the bare client to a subscriber of the subject, one message at a time.</summary>
    private static async Task<double> PingBareAsync(NatsJSContext context)
    {
        byte[] payload = new byte[64];
        string run = Guid.NewGuid().ToString("N");
        return await PingAsync(context, async i =>
        {
            await using NatsJSPublishConcurrentFuture future = await context.PublishConcurrentAsync(Bridged, payload,
                NatsRawSerializer<byte[]>.Default, new NatsJSPubOpts { MsgId = string.Create(CultureInfo.InvariantCulture, $"{run}-{i}") });
        }).ConfigureAwait(false);
    }

    /// <summary>From an enqueue to a subscriber of the subject, through the bridge.</summary>
    private static async Task<double> PingBridgedAsync(NatsJSContext context, string url, ShmQueueOptions place)
    {
        using ParcelQueue queue = ParcelQueue.Create("ping", place);
        try
        {
            return await RunAsync(ShmNatsOutbound.Over(queue, Options(url)), static bridge => bridge.Status.IsConnected,
                _ => PingAsync(context, i =>
                {
                    queue.Enqueue(new Parcel { Id = i });
                    return Task.CompletedTask;
                })).ConfigureAwait(false);
        }
        finally
        {
            queue.Delete();
        }
    }

    private static async Task<double> PingAsync(NatsJSContext context, Func<int, Task> send)
    {
        INatsSub<byte[]> subscriber = await context.Connection.SubscribeCoreAsync(Bridged, serializer: NatsRawSerializer<byte[]>.Default)
            .ConfigureAwait(false);
        await using ConfiguredAsyncDisposable subscription = subscriber.ConfigureAwait(false);
        List<double> times = [];
        for (int i = 0; i < Pings; i++)
        {
            await Task.Delay(1).ConfigureAwait(false); // both sides have parked
            long start = Stopwatch.GetTimestamp();
            await send(i).ConfigureAwait(false);
            _ = await subscriber.Msgs.ReadAsync().ConfigureAwait(false);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMicroseconds);
        }

        return Median(times);
    }

    /// <summary>What a producer pays for a message while there is room and nobody takes.</summary>
    private static Task<double> ProduceAloneAsync(ShmQueueOptions place) =>
        WithBurstQueue(place, static queue => Task.FromResult(Produce(queue)));

    /// <summary>
    /// The same beside a worker of this machine, which has as many messages open as a bridge, and for as long: what any consumer of the queue
    /// costs its producer.
    /// </summary>
    private static Task<double> ProduceForAWorkerAsync(ShmQueueOptions place) => WithBurstQueue(place, static async queue =>
    {
        using CancellationTokenSource stop = new();
        Task working = Task.Factory.StartNew(() => Work(queue, stop.Token), TaskCreationOptions.LongRunning);
        double figure = await Task.Run(() => Produce(queue)).ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await working.ConfigureAwait(false);
        return figure;
    });

    /// <summary>The same beside a bridge that publishes what it takes.</summary>
    private static Task<double> ProduceForABridgeAsync(string url, ShmQueueOptions place) => WithBurstQueue(place, queue =>
        RunAsync(ShmNatsOutbound.Over(queue, Options(url)), static bridge => bridge.Status.IsConnected, _ => Task.Run(() => Produce(queue))));

    private static void Work(ParcelQueue queue, CancellationToken stop)
    {
        List<ParcelLease> open = [];
        while (!stop.IsCancellationRequested)
        {
            while (open.Count < Window && queue.TryTake(out ParcelLease lease)) open.Add(lease);
            Thread.Sleep(open.Count == 0 ? 0 : 10); // a window at the speed of the server
            foreach (ParcelLease lease in open) _ = lease.Acknowledge();
            open.Clear();
        }
    }

    /// <summary>A queue whose pages are at hand: finding them would be most of what is measured.</summary>
    private static async Task<double> WithBurstQueue(ShmQueueOptions place, Func<ParcelQueue, Task<double>> measure)
    {
        using ParcelQueue queue = ParcelQueue.Create("burst", place with { Prefault = true });
        try
        {
            return await measure(queue).ConfigureAwait(false);
        }
        finally
        {
            queue.Delete();
        }
    }

    private static double Produce(ParcelQueue queue)
    {
        List<double> parts = [];
        const int Part = 256;
        for (int sent = 0; sent < Burst; sent += Part)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < Part; i++) _ = queue.TryEnqueue(new Parcel { Id = i });
            parts.Add(Stopwatch.GetElapsedTime(start).TotalNanoseconds / Part);
        }

        return Median(parts);
    }

    private static async Task<double> RunAsync(ShmNatsBridge bridge, Func<ShmNatsBridge, bool> isReady, Func<ShmNatsBridge, Task<double>> use)
    {
        using CancellationTokenSource stop = new();
        Task running = bridge.RunAsync(stop.Token);
        while (!isReady(bridge))
        {
            if (running.IsCompleted) await running.ConfigureAwait(false);
            await Task.Delay(1).ConfigureAwait(false);
        }

        Task<double> measuring = use(bridge);
        if (await Task.WhenAny(measuring, running).ConfigureAwait(false) == running) await running.ConfigureAwait(false);
        double figure = await measuring.ConfigureAwait(false);
        await stop.CancelAsync().ConfigureAwait(false);
        await running.ConfigureAwait(false);
        return figure;
    }

    private static ShmNatsBridgeOptions Options(string url) => new()
    {
        Nats = NatsOpts.Default with { Url = url }, Subject = Bridged, Stream = "BENCH", Window = Window,
    };

    private static double Median(List<double> figures)
    {
        double[] sorted = [.. figures.Order()];
        return sorted[sorted.Length / 2];
    }
}

using System.Diagnostics;
using System.Globalization;
using HdrHistogram;
using TypedShmQueue.Bench.Messages;

namespace TypedShmQueue.Bench.Durable;

/// <summary>
/// What a commit costs: alone, in groups of waiting producers, in batches, and for those who do not wait; beside the disk's own floor and
/// SQLite in the same rounds, by turns. One process: waiting producers are threads.
/// </summary>
internal static class DurableRun
{
    private const int Rounds = 7, CallsInRound = 60;
    private const long LongestNanoseconds = 10_000_000_000;

    private static readonly TimeSpan s_round = TimeSpan.FromMilliseconds(400);

    public static int Run()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, $"durable-{Environment.ProcessId}");
        Directory.CreateDirectory(folder);
        try
        {
            Measure(folder);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Measure(string folder)
    {
        string name = ShmQueueName.NewUnique();
        ShmQueueOptions committed = new() { Directory = folder, Durability = Durability.Committed, Capacity = 65_536 };
        using DiskFloor floor = new(folder);
        using GroupFloor group = new(floor);
        using SqliteTable? sqlite = SqliteTable.TryOpen(folder);
        using RabbitNode? node = RabbitNode.TryStart(Path.Combine(folder, "rabbit"));
        using RabbitQueue? rabbit = node == null ? null : RabbitQueue.OpenAsync(node).GetAwaiter().GetResult();
        using ManyToMany.Bytes64Queue queue = ManyToMany.Bytes64Queue.Create(name, committed);
        using ManyToMany.Bytes64Queue within = ManyToMany.Bytes64Queue.Open(name,
            committed with { CommitWithin = TimeSpan.FromMilliseconds(5) });
        using ManyToMany.Bytes64Queue hasty = ManyToMany.Bytes64Queue.Open(name, committed with { Durability = TypedShmQueue.Durability.Cached });
        using CancellationTokenSource stop = new();
        Thread taker = new(() => TakeAll(hasty, stop.Token));
        taker.Start();

        Console.WriteLine($"durable: 64 B, {Rounds} rounds by turns, on {new DriveInfo(folder).DriveFormat}");
        List<(string Name, Action Call)> calls = [("disk: 4 KiB pwrite + fdatasync", floor.Commit), ("Enqueue, one producer", () => queue.Enqueue(default)),
            ("Flush, nothing new", queue.Flush)];
        if (sqlite != null) calls.Add(("SQLite, WAL, synchronous=FULL", sqlite.Enqueue));
        if (rabbit != null) calls.Add(("RabbitMQ, quorum queue, confirm", rabbit.Enqueue));
        Clock(calls);

        List<(string Name, int Threads, Func<Action> Caller)> streams = [];
        foreach (int threads in new[] { 1, 8, 64 })
            streams.Add(($"Enqueue, {threads} waiting", threads, () => () => queue.Enqueue(default)));
        foreach (int threads in new[] { 8, 64 })
            streams.Add(($"floor: {threads} threads, one write and one wake for all", threads, () => group.Join().Commit));
        streams.Add(("EnqueueAsync, 64 waiting on one thread", 1, () => () => Await64(queue)));
        streams.Add(("Enqueue of 64 at once, one producer", 1, () => () => queue.Enqueue(new ManyToMany.Bytes64[64])));
        streams.Add(("Enqueue, CommitWithin 5 ms, one producer", 1, () => () => within.Enqueue(default)));
        if (sqlite != null)
        {
            streams.Add(("SQLite, 1 connection", 1, () => sqlite.Enqueue));
            streams.Add(("SQLite, 8 connections", 8, () => new SqliteTable(folder).Enqueue));
        }

        if (rabbit != null)
        {
            streams.Add(("RabbitMQ, 1 publisher", 1, () => rabbit.Enqueue));
            streams.Add(("RabbitMQ, 64 waiting on one channel", 1, () => rabbit.Enqueue64));
        }

        Stream(streams);
        Beside(queue, hasty, stop.Token);
        if (sqlite == null) Console.WriteLine("skipped: SQLite (no libsqlite3.so.0)");
        if (rabbit == null) Console.WriteLine("skipped: RabbitMQ (no rabbitmq-server, or it does not start)");
        Console.WriteLine($"skipped: a NATS stream with sync_interval always: {NatsVersion()}. The setting came with 2.10; without it a stream is "
            + "synced every two minutes, so what is confirmed is not on the disk");
        stop.Cancel();
        taker.Join();
        queue.Delete();
    }

    private static string NatsVersion()
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo("nats-server", "--version")
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            })!;
            string version = process.StandardOutput.ReadToEnd().Trim();
            process.WaitForExit();
            return version;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "nats-server is not installed";
        }
    }

    private static void TakeAll(ManyToMany.Bytes64Queue queue, CancellationToken stop)
    {
        ManyToMany.Bytes64[] taken = new ManyToMany.Bytes64[1024];
        try
        {
            while (true) _ = queue.Dequeue(taken, stop);
        }
        catch (OperationCanceledException)
        {
            // The end.
        }
    }

    private static void Await64(ManyToMany.Bytes64Queue queue)
    {
        Task[] tasks = new Task[64];
        for (int i = 0; i < tasks.Length; i++) tasks[i] = queue.EnqueueAsync(default).AsTask();
        Task.WaitAll(tasks);
    }

    /// <summary>Each call by itself.</summary>
    private static void Clock(List<(string Name, Action Call)> calls)
    {
        LongHistogram[] all = [.. calls.Select(_ => new LongHistogram(LongestNanoseconds, 3))];
        foreach ((_, Action call) in calls) for (int i = 0; i < 20; i++) call();
        for (int round = 0; round < Rounds; round++)
        {
            for (int c = 0; c < calls.Count; c++)
            {
                for (int i = 0; i < CallsInRound; i++)
                {
                    long began = Stopwatch.GetTimestamp();
                    calls[c].Call();
                    all[c].RecordValue(Math.Min(LongestNanoseconds, NanosecondsSince(began)));
                }
            }
        }

        Console.WriteLine();
        Console.WriteLine("| one call | p50 | p90 | p99 | over the disk's p50 |");
        Console.WriteLine("| --- | --: | --: | --: | --: |");
        for (int c = 0; c < calls.Count; c++)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {calls[c].Name} | {Us(all[c], 50)} | {Us(all[c], 90)} | {Us(all[c], 99)} | "
                + $"{(all[c].GetValueAtPercentile(50) - all[0].GetValueAtPercentile(50)) / 1000.0:F0} us |"));
    }

    private static void Stream(List<(string Name, int Threads, Func<Action> Caller)> streams)
    {
        List<double>[] rates = [.. streams.Select(_ => new List<double>())];
        for (int round = 0; round < Rounds; round++)
        {
            for (int s = 0; s < streams.Count; s++) rates[s].Add(RateOf(streams[s].Threads, streams[s].Caller));
        }

        Console.WriteLine();
        Console.WriteLine("| stream | messages a second | to one waiting producer |");
        Console.WriteLine("| --- | --: | --: |");
        double one = 0;
        for (int s = 0; s < streams.Count; s++)
        {
            int each = streams[s].Name.Contains("64 waiting on one", StringComparison.Ordinal) || streams[s].Name.Contains("64 at once", StringComparison.Ordinal) ? 64 : 1;
            double median = rates[s].Order().ElementAt(Rounds / 2) * each;
            if (s == 0) one = median;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {streams[s].Name} | {median:N0} | {median / one:F1} |"));
        }
    }

    private static double RateOf(int threads, Func<Action> caller)
    {
        long calls = 0;
        bool ends = false;
        using Barrier start = new(threads + 1);
        Thread[] all = new Thread[threads];
        for (int t = 0; t < threads; t++)
        {
            all[t] = new Thread(() =>
            {
                Action call = caller();
                start.SignalAndWait();
                long mine = 0;
                for (; !Volatile.Read(ref ends); mine++) call();
                Interlocked.Add(ref calls, mine);
                if (call.Target is IDisposable own && threads > 1) own.Dispose();
            });
            all[t].Start();
        }

        start.SignalAndWait();
        long began = Stopwatch.GetTimestamp();
        Thread.Sleep(s_round);
        Volatile.Write(ref ends, true);
        foreach (Thread thread in all) thread.Join();
        return calls / Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    /// <summary>A producer that does not wait, alone and beside one that commits all the time.</summary>
    private static void Beside(ManyToMany.Bytes64Queue queue, ManyToMany.Bytes64Queue hasty, CancellationToken stop)
    {
        LongHistogram alone = new(LongestNanoseconds, 3), beside = new(LongestNanoseconds, 3);
        for (int round = 0; round < Rounds; round++)
        {
            Hasten(hasty, alone);
            using CancellationTokenSource ends = CancellationTokenSource.CreateLinkedTokenSource(stop);
            Thread committer = new(() =>
            {
                while (!ends.IsCancellationRequested) queue.Enqueue(default);
            });
            committer.Start();
            Hasten(hasty, beside);
            ends.Cancel();
            committer.Join();
        }

        Console.WriteLine();
        Console.WriteLine("| a producer that does not wait | p50 | p99 | p99.9 | worst |");
        Console.WriteLine("| --- | --: | --: | --: | --: |");
        foreach ((string name, LongHistogram h) in new[] { ("alone", alone), ("beside one that commits all the time", beside) })
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {name} | {h.GetValueAtPercentile(50)} ns | {h.GetValueAtPercentile(99)} ns | "
                + $"{h.GetValueAtPercentile(99.9)} ns | {h.GetMaxValue() / 1000.0:F0} us |"));
    }

    private static void Hasten(ManyToMany.Bytes64Queue queue, LongHistogram histogram)
    {
        long end = Stopwatch.GetTimestamp() + (long)(s_round.TotalSeconds * Stopwatch.Frequency);
        while (Stopwatch.GetTimestamp() < end)
        {
            long began = Stopwatch.GetTimestamp();
            queue.Enqueue(default);
            histogram.RecordValue(Math.Clamp(NanosecondsSince(began), 1, LongestNanoseconds));
            Spin();
        }
    }

    /// <summary>A TimeSpan would be in units of 100 ns.</summary>
    private static long NanosecondsSince(long began) => (long)((Stopwatch.GetTimestamp() - began) * (1e9 / Stopwatch.Frequency));

    /// <summary>So that the taker keeps up, and the ring is never full.</summary>
    private static void Spin()
    {
        for (int i = 0; i < 100; i++) _ = Volatile.Read(ref i);
    }

    private static string Us(LongHistogram histogram, double percentile) =>
        string.Create(CultureInfo.InvariantCulture, $"{histogram.GetValueAtPercentile(percentile) / 1000.0:F0} us");
}

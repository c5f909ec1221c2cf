using System.Diagnostics;
using System.Globalization;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Messages;

namespace TypedShmQueue.Bench.Router;

/// <summary>
/// What a message costs a thread that sends to several queues in turn, or takes leases from several in turn, against one that has one queue.
/// By turns.
/// </summary>
internal static class RouterRun
{
    private const int Rounds = 7, Bursts = 400, Capacity = 64, Most = 64;

    private static readonly int[] s_counts = [1, 2, 8, 64];

    public static int Run()
    {
        using MemoryFolder folder = new("router");
        Libc.PinThisThread(0);
        ShmQueueOptions options = new() { Directory = folder.Path, Capacity = Capacity };
        ManyToMany.Bytes64Queue[] queues =
            [.. Enumerable.Range(0, Most).Select(_ => ManyToMany.Bytes64Queue.Create(ShmQueueName.NewUnique(), options))];
        ErrandQueue[] jobs = [.. Enumerable.Range(0, Most).Select(_ => ErrandQueue.Create(ShmQueueName.NewUnique(), options))];
        Measure("a thread sends to its queues in turn", count => Send(queues.AsSpan(0, count)));
        Measure("a worker takes from its acknowledged queues in turn, and acknowledges", count => Work(jobs.AsSpan(0, count)));
        foreach (ManyToMany.Bytes64Queue queue in queues) queue.Dispose();
        foreach (ErrandQueue queue in jobs) queue.Dispose();
        return 0;
    }

    private static void Measure(string what, Func<int, double> play)
    {
        List<double>[] figures = [.. s_counts.Select(static _ => new List<double>())];
        for (int round = -2; round < Rounds; round++)
        {
            for (int i = 0; i < s_counts.Length; i++)
            {
                double figure = play(s_counts[i]);
                if (round >= 0) figures[i].Add(figure);
            }
        }

        Console.WriteLine($"router: 64 B, many/many, {Capacity} slots; {what}; medians of {Rounds} rounds");
        Console.WriteLine();
        Console.WriteLine("| queues | ns a message | against one queue |");
        Console.WriteLine("| --: | --: | --: |");
        for (int i = 0; i < s_counts.Length; i++)
        {
            double ratio = Series.MedianOf(figures[i].Zip(figures[0], static (one, first) => one / first));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {s_counts[i]} | {Series.MedianOf(figures[i]):F1} | {ratio:F2} |"));
        }

        Console.WriteLine();
    }

    /// <summary>Fills the queues a message at a time, which is clocked, and empties them, which is not.</summary>
    private static double Send(ReadOnlySpan<ManyToMany.Bytes64Queue> queues)
    {
        Span<ManyToMany.Bytes64> taken = new ManyToMany.Bytes64[Capacity];
        List<double> bursts = new(Bursts);
        for (int burst = 0; burst < Bursts; burst++)
        {
            long began = Stopwatch.GetTimestamp();
            for (int i = 0; i < Capacity; i++)
                foreach (ManyToMany.Bytes64Queue queue in queues)
                    _ = queue.TryEnqueue(default);
            bursts.Add(Stopwatch.GetElapsedTime(began).TotalNanoseconds / (Capacity * queues.Length));
            foreach (ManyToMany.Bytes64Queue queue in queues)
                for (int left = Capacity; left > 0;)
                    left -= queue.TryDequeue(taken);
        }

        return Series.MedianOf(bursts);
    }

    /// <summary>Fills the queues, which is not clocked, and takes and settles a message at a time, which is.</summary>
    private static double Work(ReadOnlySpan<ErrandQueue> queues)
    {
        Span<Errand> sent = new Errand[Capacity];
        List<double> bursts = new(Bursts);
        for (int burst = 0; burst < Bursts; burst++)
        {
            foreach (ErrandQueue queue in queues) queue.Enqueue(sent);
            long began = Stopwatch.GetTimestamp();
            for (int i = 0; i < Capacity; i++)
            {
                foreach (ErrandQueue queue in queues)
                {
                    if (queue.TryTake(out ErrandLease lease)) lease.Acknowledge();
                }
            }

            bursts.Add(Stopwatch.GetElapsedTime(began).TotalNanoseconds / (Capacity * queues.Length));
        }

        return Series.MedianOf(bursts);
    }
}

using System.Diagnostics;
using System.Globalization;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Messages;

namespace TypedShmQueue.Bench.Router;

/// <summary>What it costs to open one more handle of a queue and to send with it, when many are open already.</summary>
internal static class HandlesRun
{
    private const int Rounds = 5, Most = 1_010, Around = 10;

    private static readonly int[] s_counts = [10, 100, 1_000];

    public static int Run()
    {
        using MemoryFolder folder = new("handles");
        List<double>[] figures = [.. s_counts.Select(static _ => new List<double>())];
        for (int round = 0; round < Rounds; round++)
        {
            double[] times = Play(new ShmQueueOptions { Directory = folder.Path, Capacity = 4_096, MaxParticipants = Most + 1 });
            for (int i = 0; i < s_counts.Length; i++) figures[i].AddRange(times.AsSpan(s_counts[i] - Around, 2 * Around));
        }

        Console.WriteLine($"handles: Open and the first Enqueue, of one queue, medians of {Rounds} rounds");
        Console.WriteLine();
        Console.WriteLine("| open handles | us | against 100 |");
        Console.WriteLine("| --: | --: | --: |");
        for (int i = 0; i < s_counts.Length; i++)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {s_counts[i]} | {Series.MedianOf(figures[i]):F0} | {Series.MedianOf(figures[i]) / Series.MedianOf(figures[1]):F1} |"));
        return 0;
    }

    /// <summary>Microseconds of each handle.</summary>
    private static double[] Play(ShmQueueOptions options)
    {
        using ManyToMany.Bytes64Queue queue = ManyToMany.Bytes64Queue.Create(ShmQueueName.NewUnique(), options);
        List<ManyToMany.Bytes64Queue> handles = new(Most);
        double[] times = new double[Most];
        for (int i = 0; i < Most; i++)
        {
            long began = Stopwatch.GetTimestamp();
            ManyToMany.Bytes64Queue handle = ManyToMany.Bytes64Queue.Open(queue.Name, options);
            _ = handle.TryEnqueue(default);
            times[i] = Stopwatch.GetElapsedTime(began).TotalMicroseconds;
            handles.Add(handle);
        }

        foreach (ManyToMany.Bytes64Queue handle in handles) handle.Dispose();
        queue.Delete();
        return times;
    }
}

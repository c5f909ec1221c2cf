using System.Diagnostics;
using System.Globalization;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Messages;

namespace TypedShmQueue.Bench.Streams;

/// <summary>
/// What the first lap of a queue costs, where each page is met for the first time: with <see cref="ShmQueueOptions.Prefault"/> and without,
/// by turns, beside the second lap of the same queue.
/// </summary>
internal static class LapsRun
{
    private const int Capacity = 1 << 20, Rounds = 15, WarmUp = 2, Batch = 64;

    private static readonly string[] s_figures = ["`Create`, ms", "first lap, ns a message", "second lap, ns a message"];

    public static int Run()
    {
        using MemoryFolder folder = new("laps");
        List<double>[][] rounds = [NewFigures(), NewFigures()];
        for (int round = 0; round < WarmUp + Rounds; round++)
        {
            foreach (int prefaults in (int[])[0, 1])
            {
                double[] figures = Measure(new ShmQueueOptions { Directory = folder.Path, Capacity = Capacity, Prefault = prefaults != 0 });
                for (int i = 0; i < figures.Length && round >= WarmUp; i++) rounds[prefaults][i].Add(figures[i]);
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"laps: 64 B, {Capacity:N0} slots, in batches of {Batch}, one thread; medians of {Rounds} queues each, by turns"));
        Console.WriteLine();
        Console.WriteLine("| what | without `Prefault` | with |");
        Console.WriteLine("| --- | --: | --: |");
        for (int i = 0; i < s_figures.Length; i++)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {s_figures[i]} | {Series.MedianOf(rounds[0][i]):F1} | {Series.MedianOf(rounds[1][i]):F1} |"));
        return 0;
    }

    private static List<double>[] NewFigures() => [.. s_figures.Select(static _ => new List<double>())];

    private static double[] Measure(ShmQueueOptions options)
    {
        long began = Stopwatch.GetTimestamp();
        using OneToOne.Bytes64Queue queue = OneToOne.Bytes64Queue.Create($"laps-{Guid.NewGuid():N}", options);
        double created = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        double first = Lap(queue), second = Lap(queue);
        queue.Delete();
        return [created, first, second];
    }

    /// <summary>Nanoseconds for each message that is sent until the queue is full; they are taken after that.</summary>
    private static double Lap(OneToOne.Bytes64Queue queue)
    {
        OneToOne.Bytes64[] batch = new OneToOne.Bytes64[Batch];
        long began = Stopwatch.GetTimestamp();
        for (int sent = 0; sent < Capacity; sent += Batch) queue.Enqueue(batch);
        double nanoseconds = Stopwatch.GetElapsedTime(began).TotalNanoseconds / Capacity;
        for (int taken = 0; taken < Capacity;) taken += queue.TryDequeue(batch);
        return nanoseconds;
    }
}

using System.Diagnostics;
using System.Globalization;
using TypedShmQueue.Bench.Measuring;
using TypedShmQueue.Bench.Messages;
using Bytes64Queue = TypedShmQueue.Bench.Messages.ManyToMany.Bytes64Queue;

namespace TypedShmQueue.Bench.Router;

/// <summary>What one consumer pays that takes from several queues, by a wait set and by polling them. By turns.</summary>
internal static class GatherRun
{
    private const int Rounds = 5, Streamed = 400_000, Singles = 200, Capacity = 1_024, Most = 64, RunOfOne = 16;

    private static readonly TimeSpan s_apart = TimeSpan.FromMilliseconds(1);
    private static readonly int[] s_counts = [1, 8, 64];
    private static readonly Way[] s_ways = [new("wait set", PlaysBySet), new("polling", PlaysByPolling)];

    private delegate void Play(Bytes64Queue[] queues, int messages, Action<long> take);

    public static int Run()
    {
        using MemoryFolder folder = new("gather");
        ShmQueueOptions options = new() { Directory = folder.Path, Capacity = Capacity };
        Bytes64Queue[] all = [.. Enumerable.Range(0, Most).Select(_ => Bytes64Queue.Create(ShmQueueName.NewUnique(), options))];
        var cells = (from count in s_counts from way in s_ways select new Cell(count, way)).ToArray();
        for (int round = -1; round < Rounds; round++)
        {
            foreach (Cell cell in cells) cell.Measure(all[..cell.Count], isKept: round >= 0);
        }

        foreach (Bytes64Queue queue in all) queue.Dispose();
        Console.WriteLine($"gather: 64 B, many/many, {Capacity} slots; a thread sends to the queues in turn, {RunOfOne} messages each, " +
            $"and one takes; then a message each millisecond; medians of {Rounds} rounds");
        Console.WriteLine();
        Console.WriteLine("| queues | by | stream, ns a message | single, us to the taker | CPU meanwhile, ms a second |");
        Console.WriteLine("| --: | --- | --: | --: | --: |");
        foreach (Cell cell in cells)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {cell.Count} | {cell.Way.Name} | {Series.MedianOf(cell.Stream):F1} | "
                + $"{Series.MedianOf(cell.Single):F1} | {Series.MedianOf(cell.Cpu):F0} |"));
        return 0;
    }

    private static void PlaysBySet(Bytes64Queue[] queues, int messages, Action<long> take)
    {
        using ShmWaitSet set = new();
        foreach (Bytes64Queue queue in queues) set.Add(queue);
        Span<ManyToMany.Bytes64> batch = new ManyToMany.Bytes64[Capacity];
        for (int taken = 0; taken < messages;)
        {
            foreach (IShmWaitable ready in set.Wait()) taken += Take((Bytes64Queue)ready, batch, take);
        }
    }

    private static void PlaysByPolling(Bytes64Queue[] queues, int messages, Action<long> take)
    {
        Span<ManyToMany.Bytes64> batch = new ManyToMany.Bytes64[Capacity];
        for (int taken = 0; taken < messages;)
        {
            foreach (Bytes64Queue queue in queues) taken += Take(queue, batch, take);
        }
    }

    private static int Take(Bytes64Queue queue, Span<ManyToMany.Bytes64> batch, Action<long> take)
    {
        int count = queue.TryDequeue(batch);
        for (int i = 0; i < count; i++)
        {
            if (batch[i].Sequence != 0) take(batch[i].Sequence);
        }

        return count;
    }

    private sealed record Way(string Name, Play Play);

    private sealed record Cell(int Count, Way Way)
    {
        public List<double> Stream { get; } = [];

        public List<double> Single { get; } = [];

        public List<double> Cpu { get; } = [];

        public void Measure(Bytes64Queue[] queues, bool isKept)
        {
            double stream = MeasureStream(queues);
            (double single, double cpu) = MeasureSingle(queues);
            if (!isKept) return;
            Stream.Add(stream);
            Single.Add(single);
            Cpu.Add(cpu);
        }

        /// <summary>Nanoseconds a message.</summary>
        private double MeasureStream(Bytes64Queue[] queues)
        {
            Thread taker = StartTaker(queues, Streamed, static _ => { });
            Libc.PinThisThread(1);
            long began = Stopwatch.GetTimestamp();
            for (int i = 0; i < Streamed; i++) queues[i / RunOfOne % queues.Length].Enqueue(default);
            taker.Join();
            return Stopwatch.GetElapsedTime(began).TotalNanoseconds / Streamed;
        }

        /// <summary>Microseconds from before the send to after the take, and milliseconds of processor time a second.</summary>
        private (double Single, double Cpu) MeasureSingle(Bytes64Queue[] queues)
        {
            List<double> times = new(Singles);
            Thread taker = StartTaker(queues, Singles, sent => times.Add(Stopwatch.GetElapsedTime(sent).TotalMicroseconds));
            long began = Stopwatch.GetTimestamp(), cpu = Libc.ProcessorTime();
            for (int i = 0; i < Singles; i++)
            {
                Thread.Sleep(s_apart);
                queues[i * 7 % queues.Length].Enqueue(new ManyToMany.Bytes64 { Sequence = Stopwatch.GetTimestamp() });
            }

            taker.Join();
            double used = Libc.ProcessorTime() - cpu;
            return (Series.MedianOf(times), used / Stopwatch.GetElapsedTime(began).TotalNanoseconds * 1_000);
        }

        private Thread StartTaker(Bytes64Queue[] queues, int messages, Action<long> take)
        {
            Thread taker = new(() =>
            {
                Libc.PinThisThread(0);
                Way.Play(queues, messages, take);
            })
            { IsBackground = true };
            taker.Start();
            return taker;
        }
    }
}
